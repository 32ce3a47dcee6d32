import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { api, body } from "../../api/client";
import { keys } from "../../api/keys";
import { Bar } from "../../parts/Bar";
import { Empty } from "../../parts/Empty";
import { Icon } from "../../parts/Icon";
import { useMay } from "../../session/session";
import { useTitle } from "../../shell/useTitle";
import { useTexts } from "../../texts/use";
import { length } from "../../time/format";
import { accept } from "../../upload/files";
import type { Desk } from "./desk";
import { Microphone } from "./Microphone";
import { needsLook, type Row, underWay } from "./row";
import { UploadRow } from "./UploadRow";
import { useDesk } from "./useDesk";

const Together = lazy(() => import("./Together"));

/** Hands in many recordings at once. Whose each is, is guessed from its name; what is sure is text, what is not is a field. */
export default function NewUploads() {
  const { t } = useTexts("upload");
  const mayOpen = useMay("open");
  useTitle(t("upload:title"));
  if (!mayOpen) return <main id="main" tabIndex={-1} className="page"><Empty icon="lock" title={t("upload:not_yours")} /></main>;
  return <Uploads />;
}

function Uploads() {
  const { t } = useTexts("upload");
  const desk = useDesk();
  const [together, setTogether] = useState(false);
  const templates = useQuery({ queryKey: keys.templates, queryFn: async () => (await body(api.GET("/v1/templates"))).items, staleTime: Number.POSITIVE_INFINITY });
  const rows = desk.rows;
  const look = rows.filter(needsLook);
  const busy = rows.some(underWay);
  return (
    <>
      <main id="main" tabIndex={-1} className="page wide-page up-page">
        <div className="page-head">
          <div><h1>{t("upload:title")}</h1><p>{t("upload:text")}</p></div>
          <Link className="btn" to="/interviews/open"><Icon name="calendar" />{t("upload:before")}</Link>
        </div>
        <Drop desk={desk} />
        <Microphone desk={desk} />
        {desk.again > 0 && <p className="hint" role="status">{t("upload:again", { count: desk.again })}</p>}
        {rows.length > 0 && <Total rows={rows} desk={desk} together={() => setTogether(true)} />}
        {rows.length > 0 && (
          <>
            <div className="up-head" aria-hidden="true"><span>{t("upload:col.file")}</span><span>{t("upload:col.employee")}</span><span>{t("upload:col.day")}</span><span>{t("upload:col.template")}</span><span>{t("upload:col.consent")}</span></div>
            <ol className="up" aria-label={t("upload:title")}>
              {rows.map((r) => <UploadRow key={r.key} row={r} desk={desk} templates={templates.data ?? []} />)}
            </ol>
          </>
        )}
        {together && <Suspense fallback={null}><Together desk={desk} templates={templates.data ?? []} onClose={() => setTogether(false)} /></Suspense>}
      </main>
      {rows.length > 0 && (
        <section className="foot" aria-label={t("upload:foot.label")}>
          <div className="foot-in">
            <span>
              {look.length > 0 ? t("upload:foot.look", { count: look.length }) : t(busy ? "upload:foot.busy" : "upload:foot.none")}{" "}
              {look[0] && <a href={`#up-${look[0].key}`} onClick={(e) => { e.preventDefault(); toRow(look[0]); }}>{t("upload:foot.first")}</a>}
            </span>
            <Link className="btn primary" to="/">{t("common:error.home")}</Link>
          </div>
        </section>
      )}
    </>
  );
}

function toRow(r: Row | undefined) {
  const el = r && document.getElementById(`up-${r.key}`);
  el?.scrollIntoView({ block: "center" });
  el?.querySelector<HTMLElement>("input, select, button")?.focus({ preventScroll: true });
}

/** Where files are dropped: the marked field, and for the hurried the whole page. */
function Drop({ desk }: { desk: Desk }) {
  const { t } = useTexts("upload");
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  useEffect(() => {
    const files = (e: DragEvent) => e.dataTransfer?.types.includes("Files") ?? false;
    const enter = (e: DragEvent) => {
      if (!files(e)) return;
      e.preventDefault(); // else the browser would leave the page and play the file
      setOver(true);
    };
    const leave = (e: DragEvent) => e.relatedTarget === null && setOver(false);
    const drop = (e: DragEvent) => {
      if (!files(e)) return;
      e.preventDefault();
      setOver(false);
      desk.add([...(e.dataTransfer?.files ?? [])]);
    };
    document.addEventListener("dragover", enter);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", enter);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", drop);
    };
  }, [desk]);
  return (
    <div className={over ? "drop over" : "drop"}>
      <span><Icon name="upload" /> {t("upload:drop")}</span>
      <input
        ref={picker} hidden id="up-files" type="file" multiple accept={accept}
        onChange={(e) => {
          desk.add([...(e.target.files ?? [])]);
          e.target.value = ""; // the same file may be chosen again
        }}
      />
      <button type="button" className="btn small" onClick={() => picker.current?.click()}><Icon name="plus" />{t("upload:choose")}</button>
    </div>
  );
}

function Total({ rows, desk, together }: { rows: readonly Row[]; desk: Desk; together: () => void }) {
  const { t, lang } = useTexts("upload");
  const sent = rows.filter((r) => !r.refusal && r.phase !== "missing");
  const done = sent.filter((r) => r.phase === "done").length;
  const bytes = sent.reduce((s, r) => s + r.size, 0);
  const gone = sent.reduce((s, r) => s + (r.phase === "done" ? r.size : (r.sender?.arrived ?? 0)), 0);
  const flying = rows.filter((r) => r.sender?.state === "sending" && r.sender.left !== undefined);
  // The pace of those that fly now, over all that is left.
  const pace = flying.reduce((s, r) => s + (r.sender ? ((1 - r.sender.share) * r.size) / (r.sender.left ?? 1) : 0), 0);
  const left = pace > 0 ? (bytes - gone) / pace : undefined;
  const paused = rows.some((r) => r.sender?.state === "paused");
  const moving = rows.some((r) => r.sender && ["sending", "lost", "waiting"].includes(r.sender.state));
  const share = bytes ? gone / bytes : 0;
  const percent = Math.round(share * 100);
  return (
    <section className="total" aria-label={t("upload:total.label")}>
      <p>
        <b>{t("upload:total.arrived", { count: sent.length, done })}</b> {left !== undefined && t("upload:total.left", { length: length(Math.max(60, left), lang, 0) })} {done < sent.length && t("upload:total.safe")}
      </p>
      <div className="acts">
        {sent.some((r) => r.phase !== "done") && <button type="button" className="btn small" onClick={together}><Icon name="edit" />{t("upload:total.together")}</button>}
        {moving && <button type="button" className="btn small" onClick={() => desk.pauseAll()}><Icon name="pause" />{t("upload:total.pause")}</button>}
        {!moving && paused && <button type="button" className="btn small" onClick={() => desk.goAll()}><Icon name="play" />{t("upload:total.go")}</button>}
      </div>
      <Bar share={share} label={`${percent}%`} />
    </section>
  );
}
