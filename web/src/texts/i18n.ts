import i18next from "i18next";
import { plain } from "./marks";

/** The languages of the interface; ja comes first everywhere. */
export const languages = ["ja", "en"] as const;
export type Language = (typeof languages)[number];

// One file per page and language; a page loads its own. A new file is found by itself.
const sources = import.meta.glob<Record<string, unknown>>("./{ja,en}/*.json", { import: "default" });

const remembered = "kikigaki.language";

/** The language before anybody has signed in: the last one of this browser, else the browser's own. */
export function firstLanguage(): Language {
  const saved = read(remembered);
  if (saved === "ja" || saved === "en") return saved;
  return navigator.languages?.some((l) => l.startsWith("ja")) || !navigator.language?.startsWith("en") ? "ja" : "en";
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is switched off: nothing is remembered
  }
}

/** Starts the texts in the language of the account, where it is known already. Pages name their files by
 * useTexts("record"); `files` are those wanted at once. */
export function startTexts(files: string[], language?: string): Promise<unknown> {
  i18next.on("languageChanged", (lng) => {
    document.documentElement.lang = lng;
    try {
      localStorage.setItem(remembered, lng);
    } catch {
      // nothing is remembered
    }
  });
  return i18next
    .use({
      type: "backend" as const,
      init: () => undefined,
      read: (lng: string, ns: string, done: (err: unknown, data: unknown) => void) => {
        const load = sources[`./${lng}/${ns}.json`];
        if (!load) return done(new Error(`no texts ${lng}/${ns}`), null);
        load().then((data) => done(null, data), (err: unknown) => done(err, null));
      },
    })
    .init({
      lng: language === "ja" || language === "en" ? language : firstLanguage(),
      fallbackLng: false,
      ns: files,
      defaultNS: "common",
      load: "currentOnly",
      interpolation: { escapeValue: true, escape: (value) => plain(String(value)) }, // markup is React's matter
      returnNull: false,
    });
}
