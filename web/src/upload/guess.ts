import { dayText } from "../time/format";

/** The day of a talk: from the file's name (20260520, 2026-05-20, GMT20260520-010032, 0520), else the day of its last
 * change; never a day to come. Zoom's GMT times are turned to local ones. */
export function guessDay(name: string, lastModified: number, now: Date): string {
  const zoom = /GMT(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})/.exec(name);
  if (zoom) {
    const [y, mo, d, h, mi, s] = zoom.slice(1).map(Number) as [number, number, number, number, number, number];
    return dayText(new Date(Date.UTC(y, mo - 1, d, h, mi, s)));
  }
  const text = name.normalize("NFKC");
  for (const m of text.matchAll(/(?<!\d)(20\d{2})[-_./年]?(\d{1,2})[-_./月]?(\d{1,2})(?!\d)/g)) {
    const t = real(Number(m[1]), Number(m[2]), Number(m[3]));
    if (t && t <= now) return dayText(t);
  }
  for (const m of text.matchAll(/(?<!\d)(\d{2})(\d{2})(?!\d)|(\d{1,2})月(\d{1,2})日/g)) {
    const [mo, d] = [Number(m[1] ?? m[3]), Number(m[2] ?? m[4])];
    const t = real(now.getFullYear(), mo, d);
    if (t) return dayText(t <= now ? t : new Date(now.getFullYear() - 1, mo - 1, d));
  }
  const changed = new Date(lastModified);
  return dayText(lastModified > 0 && changed <= now ? changed : now);
}

function real(y: number, m: number, d: number): Date | undefined {
  const t = new Date(y, m - 1, d);
  return t.getFullYear() === y && t.getMonth() === m - 1 && t.getDate() === d ? t : undefined;
}

// Words that file names have beside a person's name.
const beside = /(面談|面接|録音|録画|議事録|会議|ボイスメモ|音声|上期|下期|上半期|下半期|前期|後期|第?[一二三四0-9]*四半期|年度|キャリア|評価|月次|定期|フォロー|若手|最終|コピー|新規|録)+/g;
const latin = /^(gmt|zoom|teams|meet|google|meeting|recording|record|audio|video|voice|memo|new|interview|career|final|copy|1on1|one|on|the|and|with|rec|call|untitled|transcript|[a-z])$/i;
const honorific = /(さん|様|氏|くん|君|ちゃん|課長|部長|係長|主任)$/;

/** The words of a file's name that may be a person's name, at most four. */
export function nameWords(name: string): string[] {
  const out: string[] = [];
  for (const raw of name.normalize("NFKC").replace(/\.[^.]+$/, "").replace(/1on1/gi, " ").replace(beside, " ").split(/[\s_\-.,()[\]{}「」【】・~&+#@!、。0-9]+/u)) {
    const word = raw.replace(honorific, "");
    if (word.length < 1 || word.length > 30 || latin.test(word) || /^[年月日時分の]+$/.test(word)) continue;
    if (!out.includes(word)) out.push(word);
  }
  return out.slice(0, 4);
}

/** A person as the search gives them. */
export interface Named {
  id: string;
  name: string;
}

/** Who is meant by the words of a file's name, among the people found: the one whom most words name, as family name, given
 * name or whole name. Two alike: nobody, a person must choose. */
export function whoIs<P extends Named>(words: readonly string[], people: readonly P[]): { person?: P; many: boolean } {
  let best: P[] = [];
  let score = 0;
  for (const p of new Map(people.map((x) => [x.id, x])).values()) {
    const pieces = p.name.normalize("NFKC").toLowerCase().split(/[\s・]+/);
    const whole = pieces.join("");
    let s = 0;
    for (const w of words.map((x) => x.toLowerCase())) if (w === whole) s += 2;
      else if (pieces.includes(w)) s += 1;
    if (s > score) [best, score] = [[p], s];
    else if (s === score && s > 0) best.push(p);
  }
  return best.length === 1 && best[0] ? { person: best[0], many: false } : { many: best.length > 1 };
}
