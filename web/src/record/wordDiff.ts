/** A piece of a text and whether it stayed, went or came. */
export interface Piece {
  kind: "same" | "del" | "ins";
  text: string;
}

/** The words of a text, Japanese included; everything between them is kept, so that joining gives the text back. */
export function words(text: string, lang: string): string[] {
  if (typeof Intl.Segmenter === "undefined") return Array.from(text);
  return Array.from(new Intl.Segmenter(lang, { granularity: "word" }).segment(text), (s) => s.segment);
}

/** The difference of two texts word by word (longest common subsequence). Beyond 600 words a side it is told whole. */
export function wordDiff(before: string, after: string, lang = "ja"): Piece[] {
  if (before === after) return before ? [{ kind: "same", text: before }] : [];
  const a = words(before, lang);
  const b = words(after, lang);
  if (a.length > 600 || b.length > 600) return [{ kind: "del", text: before }, { kind: "ins", text: after }];
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] = a[i] === b[j] ? (table[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
    }
  }
  const out: Piece[] = [];
  const push = (kind: Piece["kind"], text: string) => {
    const last = out[out.length - 1];
    if (last?.kind === kind) last.text += text;
    else out.push({ kind, text });
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push("same", a[i] ?? "");
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || (table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0))) {
      push("del", a[i++] ?? "");
    } else {
      push("ins", b[j++] ?? "");
    }
  }
  return out;
}
