const sentence = /[^。．.!！?？\n]+[。．.!！?？]*/g;
const asks = /[?？]$|か[。．]*$|(下さい|ください|聞かせて|教えて|tell me|describe)/i;

/** What a line asks: its last sentence that reads as a question, the whole line when none does. */
export function questionIn(line: string): string {
  const list = (line.match(sentence) ?? []).map((s) => s.trim()).filter((s) => asks.test(s));
  return list[list.length - 1] ?? line;
}
