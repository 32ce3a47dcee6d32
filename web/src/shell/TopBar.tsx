import { lazy, Suspense, useState } from "react";
import { Link, useLocation } from "react-router";
import { useQueryClient } from "@tanstack/react-query";
import { Icon } from "../parts/Icon";
import { calling } from "../parts/names";
import type { Me } from "../session/session";
import { keys } from "../api/keys";
import { useTexts } from "../texts/use";
import { useQuery } from "@tanstack/react-query";

const Menu = lazy(() => import("./Menu"));

/** The pages a person can go to from anywhere. */
export function places(me: Me | undefined): { to: string; key: string; end: boolean }[] {
  const many = me?.person.roles.some((r) => r === "interviewer" || r === "hr") ?? false;
  return [
    { to: "/", key: many ? "common:nav.work" : "common:nav.records", end: true },
    ...(many ? [{ to: "/interviews", key: "common:nav.interviews", end: false }] : []),
    { to: "/actions", key: "common:nav.actions", end: false },
    ...(me?.can.includes("statistics") ? [{ to: "/overview", key: "common:nav.overview", end: false }] : []),
  ];
}

export function TopBar() {
  const { t, lang } = useTexts();
  const cache = useQueryClient();
  const me = useQuery<Me>({ queryKey: keys.me, enabled: false, initialData: () => cache.getQueryData<Me>(keys.me) }).data;
  const [open, setOpen] = useState(false);
  const { pathname } = useLocation();
  const list = places(me);
  const inInterview = pathname.startsWith("/interviews/") && !list.some((p) => p.to === "/interviews");
  return (
    <header className="top has-menu">
      <Link className="word" to="/">{t("common:name")}</Link>
      <nav aria-label={t("common:nav.label")}>
        {me && list.map((p) => (
          <Link key={p.to} to={p.to} aria-current={(p.end ? pathname === p.to || (p.to === "/" && inInterview) : pathname.startsWith(p.to)) ? "page" : undefined}>{t(p.key)}</Link>
        ))}
      </nav>
      {me && (
        <>
          <button type="button" className="me" aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name="person" />{calling(me.person.name, lang)}
          </button>
          <button type="button" className="btn quiet-btn menu" aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name="menu" />{t("common:nav.menu")}
          </button>
        </>
      )}
      {me && open && (
        <Suspense fallback={null}>
          <Menu me={me} places={list} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </header>
  );
}
