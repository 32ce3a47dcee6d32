import { useEffect } from "react";
import { useTexts } from "../texts/use";

/** The title of the window: the page, then the program. No page title holds words of a talk. */
export function useTitle(page: string) {
  const { t } = useTexts();
  const name = t("common:name");
  useEffect(() => {
    document.title = page ? `${page} - ${name}` : name;
  }, [page, name]);
}
