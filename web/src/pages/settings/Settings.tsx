import { lazy, Suspense } from "react";
import { Skeleton } from "../../parts/Skeleton";
import { useMay, useMe } from "../../session/session";
import { useTitle } from "../../shell/useTitle";
import { useTexts } from "../../texts/use";
import { Language } from "./Language";
import { Mails } from "./Mails";
import { Shortcuts } from "./Shortcuts";
import { Tokens } from "./Tokens";

const People = lazy(() => import("./People"));
const Webhooks = lazy(() => import("./Webhooks"));

/** One's own account; below it, for those who look after the installation, people, webhooks and how long things are kept. */
export default function Settings() {
  const { t } = useTexts("settings");
  const me = useMe();
  const people = useMay("people");
  const operate = useMay("operate_read");
  useTitle(t("settings:title"));
  const { person, installation } = me;
  return (
    <main id="main" tabIndex={-1} className="page settings">
      <div className="page-head"><h1>{t("settings:title")}</h1></div>
      <section aria-labelledby="set-me">
        <h2 id="set-me">{t("settings:me.title")}</h2>
        <dl className="about">
          <div><dt>{t("settings:me.name")}</dt><dd>{person.name}</dd></div>
          <div><dt>{t("settings:me.email")}</dt><dd>{person.email}</dd></div>
          {person.department && <div><dt>{t("settings:me.department")}</dt><dd>{person.department}</dd></div>}
          {person.roles.length > 0 && <div><dt>{t("settings:me.roles")}</dt><dd>{person.roles.map((r) => t(`settings:role.${r}`)).join(" · ")}</dd></div>}
        </dl>
        <p className="small quiet">{t("settings:me.change", { contact: installation.contact || t("settings:me.hr") })}</p>
      </section>
      <Language />
      <Mails />
      <Shortcuts />
      <section aria-labelledby="set-keep">
        <h2 id="set-keep">{t("settings:keep.title")}</h2>
        <dl className="about">
          <div><dt>{t("settings:keep.recording")}</dt><dd>{t("settings:keep.recording_text", { days: installation.audio_days, most: installation.audio_max_days })}</dd></div>
          <div><dt>{t("settings:keep.processing")}</dt><dd>{installation.processors.length === 0 ? t("settings:keep.inside_only") : installation.processors.map((p) => <span className="line" key={p.for}>{t(`settings:keep.for.${p.for}`)}: {p.internal ? t("settings:keep.inside") : [p.processor, p.country].filter(Boolean).join(" · ")}</span>)}</dd></div>
        </dl>
        <p className="small quiet">{t("settings:keep.note")}</p>
      </section>
      <Tokens />
      <Suspense fallback={<Skeleton shape="list" />}>
        {people && <People />}
        {operate && <Webhooks />}
      </Suspense>
      <p className="small quiet">{t("settings:version", { version: installation.version })}</p>
    </main>
  );
}
