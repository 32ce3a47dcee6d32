import type { Lang } from "../time/format";

/** How a person is called in running text: the family name in Japanese (高梨), names in Latin letters whole. */
export function shortName(name: string): string {
  const first = name.trim().split(/[\s　]+/)[0] ?? "";
  return /[぀-ヿ㐀-鿿豈-﫿]/.test(name) && first ? first : name.trim();
}

/** With さん in Japanese. */
export function calling(name: string, lang: Lang): string {
  return lang === "ja" ? `${shortName(name)}さん` : shortName(name);
}
