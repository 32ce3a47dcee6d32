import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { plain } from "./marks";

/** The languages of the interface; ja comes first everywhere. */
export const languages = ["ja", "en"] as const;
export type Language = (typeof languages)[number];

// One file per page and language; a page loads its own. A new file is found by itself.
const files = import.meta.glob<Record<string, unknown>>("./{ja,en}/*.json", { import: "default" });

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

/** Starts the texts. Pages name their file by useTranslation("record"). */
export function startTexts(): Promise<unknown> {
  i18next.on("languageChanged", (lng) => {
    document.documentElement.lang = lng;
    try {
      localStorage.setItem(remembered, lng);
    } catch {
      // nothing is remembered
    }
  });
  return i18next
    .use(initReactI18next)
    .use({
      type: "backend" as const,
      init: () => undefined,
      read: (lng: string, ns: string, done: (err: unknown, data: unknown) => void) => {
        const load = files[`./${lng}/${ns}.json`];
        if (!load) return done(new Error(`no texts ${lng}/${ns}`), null);
        load().then((data) => done(null, data), (err: unknown) => done(err, null));
      },
    })
    .init({
      lng: firstLanguage(),
      fallbackLng: false,
      ns: ["common"],
      defaultNS: "common",
      load: "currentOnly",
      interpolation: { escapeValue: true, escape: (value) => plain(String(value)) }, // markup is React's matter
      returnNull: false,
    });
}
