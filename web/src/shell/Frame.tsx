import { onlineManager, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";
import { useLocation } from "react-router";
import { reachable } from "../api/client";
import { keys } from "../api/keys";
import { Icon } from "../parts/Icon";
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
      <Offline />
      {children}
    </>
  );
}

/** Says that the connection is gone, on every page and for as long as it is. */
function Offline() {
  const { t } = useTexts();
  const online = useSyncExternalStore((fn) => onlineManager.subscribe(fn), () => onlineManager.isOnline());
  const reached = useSyncExternalStore(reachable.subscribe, reachable.now);
  const cache = useQueryClient();
  const away = !online || !reached;
  useEffect(() => {
    if (!away) return;
    // What is shown is asked for again until the server answers.
    const timer = setInterval(() => void cache.refetchQueries({ queryKey: keys.me }), 5_000);
    return () => {
      clearInterval(timer);
      void cache.invalidateQueries();
    };
  }, [away, cache]);
  return <div role="status">{away && <p className="offline"><Icon name="alert" />{t("common:offline")}</p>}</div>;
}
