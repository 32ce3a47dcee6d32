import { useTranslation } from "react-i18next";
import type { Lang } from "../time/format";

/** The texts of a page and the language they are in. Keys name their file: t("record:decide.approve"). */
export function useTexts(...files: string[]) {
  const { t, i18n } = useTranslation(["common", ...files]);
  return { t, lang: (i18n.language === "en" ? "en" : "ja") as Lang, change: (lng: string) => i18n.changeLanguage(lng) };
}

export type T = ReturnType<typeof useTexts>["t"];
