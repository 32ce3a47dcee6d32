import { type ReactNode, useEffect, useRef } from "react";
import { useLocation } from "react-router";
import { useTexts } from "../texts/use";
import { TopBar } from "./TopBar";

/** Top bar and page. After a step to another page the reader stands at its top, the focus on its text. */
export function Frame({ children }: { children: ReactNode }) {
  const { t } = useTexts();
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    const tab = (p: string) => /^\/interviews\/[^/]+(?:\/(?:talk|insights|history))?$/.exec(p)?.[0].split("/")[2];
    const sameRecord = tab(before.current) !== undefined && tab(before.current) === tab(pathname);
    before.current = pathname;
    if (sameRecord) return;
    window.scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <>
      <a className="skip" href="#main">{t("common:skip")}</a>
      <TopBar />
      {children}
    </>
  );
}
