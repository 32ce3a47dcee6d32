/** A text from outside (a name, a file's name) without the marks that turn the order of letters around until they are
 * closed (UAX #9): left in, they would change how the words beside it are read, and make "fdp.exe" look like "exe.pdf". */
export function plain(text: string): string {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");
}
