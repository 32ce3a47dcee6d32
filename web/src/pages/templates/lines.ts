/** Where a line begins in a text, and where it ends. Lines count from 1; a line past the end is the last. */
export function lineAt(text: string, line: number): { from: number; to: number } {
  const lines = text.split("\n");
  const n = Math.min(Math.max(1, line), lines.length) - 1;
  const from = lines.slice(0, n).reduce((sum, l) => sum + l.length + 1, 0);
  return { from, to: from + (lines[n]?.length ?? 0) };
}
