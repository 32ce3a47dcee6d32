/** The outline of a recording for drawing: for each lane, how loud (0 to 1) each of `count` equal stretches is. */
export interface Lanes {
  interviewer: number[];
  employee: number[];
}

interface Heard {
  duration: number;
  data: readonly (readonly number[])[];
}

interface Spoken {
  start: number;
  end: number;
  part: string;
}

/** Two lanes of a recording. With one speaker a channel they are the channels; of one channel (or two that hold both
 * voices) each stretch goes to whoever speaks there by the transcript. */
export function lanesOf(peaks: Heard, channels: readonly string[], spoken: readonly Spoken[], count: number): Lanes {
  const levels = peaks.data.map((c) => loudness(c, count));
  const e = channels.indexOf("employee");
  const i = channels.indexOf("interviewer");
  if (levels.length === 2 && e >= 0 && i >= 0) return { employee: levels[e] ?? [], interviewer: levels[i] ?? [] };
  const mix = Array.from({ length: count }, (_, n) => Math.max(0, ...levels.map((l) => l[n] ?? 0)));
  const out: Lanes = { interviewer: new Array<number>(count).fill(0), employee: new Array<number>(count).fill(0) };
  let at = 0;
  for (let n = 0; n < count; n++) {
    const t = ((n + 0.5) / count) * peaks.duration;
    while (at + 1 < spoken.length && (spoken[at]?.end ?? 0) < t) at++;
    const s = spoken[at];
    const here = s && t >= s.start - 0.4 && t <= s.end + 0.4 ? s.part : "";
    if (here === "interviewer") out.interviewer[n] = mix[n] ?? 0;
    else if (here === "employee") out.employee[n] = mix[n] ?? 0;
  }
  return out;
}

/** The mean level of each stretch, raised so that the loudest fills the lane; data holds minimum and maximum of each bucket
 * in turn, -128 to 127. A maximum would show every stretch of a loud voice alike. */
function loudness(data: readonly number[], count: number): number[] {
  const buckets = data.length / 2;
  const levels = Array.from({ length: count }, (_, n) => {
    const from = Math.floor((n * buckets) / count);
    const to = Math.max(from + 1, Math.floor(((n + 1) * buckets) / count));
    let sum = 0;
    for (let b = from; b < to; b++) sum += Math.max(Math.abs(data[2 * b] ?? 0), Math.abs(data[2 * b + 1] ?? 0));
    return sum / (to - from) / 128;
  });
  const top = Math.max(0.02, ...levels);
  return levels.map((l) => l / top);
}
