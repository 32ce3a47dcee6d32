/** Time as people speak of it. All functions are pure: `now` and the language are given. */

export type Lang = "ja" | "en";

const jaDays = ["日", "月", "火", "水", "木", "金", "土"];
const dayMs = 86_400_000;

/** Midnight, local time, of a moment. */
function dayOf(t: Date): number {
  return new Date(t.getFullYear(), t.getMonth(), t.getDate()).getTime();
}

/** Whole calendar days from a to b; DST does not matter. */
export function daysBetween(a: Date, b: Date): number {
  return Math.round((dayOf(b) - dayOf(a)) / dayMs);
}

/** A calendar day "YYYY-MM-DD" as local midnight; undefined when it is none. */
export function parseDay(day: string): Date | undefined {
  const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!m) return undefined;
  const t = new Date(Number(m[1]), Number(m[2]) - 1, Number(m[3]));
  return t.getMonth() === Number(m[2]) - 1 && t.getDate() === Number(m[3]) ? t : undefined;
}

/** A local day as "YYYY-MM-DD". */
export function dayText(t: Date): string {
  return `${t.getFullYear()}-${String(t.getMonth() + 1).padStart(2, "0")}-${String(t.getDate()).padStart(2, "0")}`;
}

function clock(t: Date): string {
  return `${t.getHours()}:${String(t.getMinutes()).padStart(2, "0")}`;
}

/** A day: 5月20日(水), with the year when it is not this one or `year` asks for it. */
export function day(t: Date, now: Date, lang: Lang, year = false): string {
  const full = year || t.getFullYear() !== now.getFullYear();
  if (lang === "ja") {
    return `${full ? `${t.getFullYear()}年` : ""}${t.getMonth() + 1}月${t.getDate()}日(${jaDays[t.getDay()]})`;
  }
  return new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", ...(full ? { year: "numeric" } : {}) }).format(t);
}

/** A moment: 今日 14:05, 昨日 17:40, 3日前, 5月20日(水), 2026年11月22日(日). Days ago only within a week and without `exact`. */
export function moment(t: Date, now: Date, lang: Lang, exact = false): string {
  const ago = daysBetween(t, now);
  if (ago === 0) return `${lang === "ja" ? "今日" : "today"} ${clock(t)}`;
  if (ago === 1) return `${lang === "ja" ? "昨日" : "yesterday"} ${clock(t)}`;
  if (ago === -1) return `${lang === "ja" ? "明日" : "tomorrow"} ${clock(t)}`;
  if (exact) return `${day(t, now, lang)} ${clock(t)}`;
  if (ago > 1 && ago < 7) return lang === "ja" ? `${ago}日前` : `${ago} days ago`;
  return day(t, now, lang);
}

/** A moment as it stands on paper, where today is soon long ago: 2026年5月20日(水) 14:05. */
export function stamp(t: Date, lang: Lang): string {
  return `${day(t, t, lang, true)} ${clock(t)}`;
}

/** A position in a recording: 2:05, 1:02:05. Never negative. */
export function position(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const h = Math.floor(s / 3600);
  const m = Math.floor(s / 60) % 60;
  const rest = String(s % 60).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${rest}` : `${m}:${rest}`;
}

/** A length: 12分28秒, 37分 (from an hour on without seconds), 1時間5分. `exactBelow` = minutes under which seconds are told. */
export function length(seconds: number, lang: Lang, exactBelow = 60): string {
  const s = Math.max(0, Math.round(seconds));
  const h = Math.floor(s / 3600);
  const m = Math.floor(s / 60) % 60;
  const rest = s % 60;
  const withSeconds = s < exactBelow * 60;
  const parts: string[] = [];
  if (lang === "ja") {
    if (h) parts.push(`${h}時間`);
    if (m) parts.push(`${m}分`);
    if (withSeconds && (rest || parts.length === 0)) parts.push(`${rest}秒`);
    return parts.join("");
  }
  if (h) parts.push(`${h} h`);
  if (m) parts.push(`${m} min`);
  if (withSeconds && (rest || parts.length === 0)) parts.push(`${rest} s`);
  return parts.join(" ");
}

/** How a due day stands to today: negative = days left, 0 = today, positive = days over. undefined for no day. */
export function overdue(due: string | undefined, now: Date): number | undefined {
  const t = due ? parseDay(due) : undefined;
  return t ? daysBetween(t, now) : undefined;
}
