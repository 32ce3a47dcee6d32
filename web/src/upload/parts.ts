/** Which bytes of a file a part is: [from, to). Parts are numbered from 1; the last may be shorter. */
export function rangeOf(n: number, partSize: number, size: number): { from: number; to: number } {
  const from = (n - 1) * partSize;
  return { from, to: Math.min(size, from + partSize) };
}

/** The numbers of the parts that have not arrived, in order. */
export function missing(parts: number, arrived: ReadonlySet<number>): number[] {
  const out: number[] = [];
  for (let n = 1; n <= parts; n++) if (!arrived.has(n)) out.push(n);
  return out;
}

/** How many bytes the arrived parts are. */
export function bytesOf(arrived: Iterable<number>, partSize: number, size: number): number {
  let sum = 0;
  for (const n of arrived) {
    const { from, to } = rangeOf(n, partSize, size);
    sum += Math.max(0, to - from);
  }
  return sum;
}
