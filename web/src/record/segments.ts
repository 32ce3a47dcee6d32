import type { Schemas } from "../api/client";

type Segment = Schemas["Segment"];

/** The segment that is heard at a second, or the last that was; -1 before the first. Segments are in order of time. */
export function atSecond(segments: readonly Segment[], second: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((segments[mid]?.start ?? 0) <= second + 0.05) low = mid + 1;
    else high = mid;
  }
  return low - 1;
}

const plain = (s: string) => s.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

/** Places (indexes) whose text holds the words, spaces, width and case aside. */
export function find(segments: readonly Segment[], words: string): number[] {
  const w = plain(words);
  if (!w) return [];
  return segments.flatMap((s, i) => (plain(s.text).includes(w) ? [i] : []));
}

/** A text cut where marked words begin and end. Marks that are not in the text are left out; overlapping ones join. */
export function cut(text: string, marks: readonly string[]): { text: string; marked: boolean }[] {
  const spans: [number, number][] = [];
  for (const m of marks) {
    const at = m ? text.indexOf(m) : -1;
    if (at >= 0) spans.push([at, at + m.length]);
  }
  spans.sort((a, b) => a[0] - b[0]);
  const out: { text: string; marked: boolean }[] = [];
  let done = 0;
  for (const [from, to] of spans) {
    if (to <= done) continue;
    const start = Math.max(from, done);
    if (start > done) out.push({ text: text.slice(done, start), marked: false });
    const last = out[out.length - 1];
    if (last?.marked && start === done) last.text += text.slice(start, to);
    else out.push({ text: text.slice(start, to), marked: true });
    done = to;
  }
  if (done < text.length) out.push({ text: text.slice(done), marked: false });
  return out;
}
