import i18next, { type TFunction } from "i18next";
import { useSyncExternalStore } from "react";
import type { Lang } from "../time/format";

// A record asks for some thousand texts while it is drawn, so that asking must cost little: one subscription to the language
// for each part, and a text without values is looked up once.

const subscribe = (fn: () => void) => {
  i18next.on("languageChanged", fn);
  return () => i18next.off("languageChanged", fn);
};
const language = () => i18next.language;

const coming = new Map<string, Promise<unknown>>();

/** The arrival of a file of texts, one promise for all who wait for it. */
function arrival(lang: string, file: string): Promise<unknown> {
  const name = `${lang}/${file}`;
  let p = coming.get(name);
  if (!p) {
    p = i18next.loadNamespaces(file).finally(() => coming.delete(name));
    coming.set(name, p);
  }
  return p;
}

const plain = new Map<string, Map<string, string>>();

/** i18next's t; every key names its file. */
const t = ((key: string, values?: Record<string, unknown>): string => {
  if (values) return i18next.t(key, values);
  let known = plain.get(i18next.language);
  if (!known) plain.set(i18next.language, (known = new Map()));
  let text = known.get(key);
  if (text === undefined) {
    text = i18next.t(key);
    if (!key.endsWith(`:${text}`)) known.set(key, text); // a key that comes back says that its file is not there yet
  }
  return text;
}) as TFunction;

const tables: Record<string, TFunction> = {};

/** The t of a language: another function for each, so that what was made of texts is made anew when the language changes. */
function tableOf(lang: string): TFunction {
  return (tables[lang] ??= ((...args: Parameters<TFunction>) => t(...args)) as TFunction);
}

/** The texts of a page and the language they are in. Keys name their file: t("record:decide.approve"). A part whose file is
 * still on its way waits for it. */
export function useTexts(...files: string[]) {
  const lang = useSyncExternalStore(subscribe, language);
  for (const file of ["common", ...files]) {
    // Thrown, not use(): whether a part waits changes from one drawing to the next, and use() wants the same each time.
    if (!i18next.hasLoadedNamespace(file)) throw arrival(lang, file);
  }
  return { t: tableOf(lang), lang: (lang === "en" ? "en" : "ja") as Lang, change: (lng: string) => i18next.changeLanguage(lng) };
}

export type T = ReturnType<typeof useTexts>["t"];
