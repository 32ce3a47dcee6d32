/** One look at a progress: when (ms) and how many were done. */
export interface Sample {
  at: number;
  done: number;
}

/** How long the rest takes, in seconds, by the pace since the first sample; undefined until it can be told (one step done
 * while watching). */
export function remaining(samples: readonly Sample[], total: number): number | undefined {
  const first = samples[0];
  const last = samples[samples.length - 1];
  if (!first || !last || last.done <= first.done || total <= last.done) return undefined;
  const pace = (last.at - first.at) / (last.done - first.done);
  return Math.max(1, Math.round((pace * (total - last.done)) / 1000));
}
