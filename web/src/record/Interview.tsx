import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { NavLink, Outlet, useLocation, useParams } from "react-router";
import type { Action } from "../api/client";
import { Problem } from "../api/problem";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Day } from "../parts/Time";
import { Trouble } from "../parts/Trouble";
import { useLive } from "../live/useLive";
import { useTitle } from "../shell/useTitle";
import { StatusPhrase } from "../status/StatusPhrase";
import { useTexts } from "../texts/use";
import { length } from "../time/format";
import { type Here, HereContext } from "./context";
import { useComments, useInterview, useTranscript } from "./data";
import { More } from "./More";
import { Player } from "./player";
import { threadsOf } from "./review";
import { speakersOf } from "./speakers";
import { useWide } from "./useWide";

// Player and transcript are a page of their own where there is no room beside the record; a phone loads them when asked.
const Panel = lazy(() => import("./Panel"));

/** The page of one interview: head, tabs, and beside them, where there is room, player and transcript. */
export default function Interview() {
  const { id = "" } = useParams();
  return <Page key={id} id={id} />;
}

function Page({ id }: { id: string }) {
  const { t, lang } = useTexts("record");
  const query = useInterview(id);
  // Erased, handed to somebody else or never there: what was shown is taken off the screen.
  const gone = query.error instanceof Problem && (query.error.status === 404 || query.error.status === 403);
  useLive(id, !gone);
  const x = gone ? undefined : query.data?.value;
  const may = (action: Action) => x?.can.includes(action) ?? false;
  const [now, setNow] = useState("");
  const [quoted, setQuoted] = useState<ReadonlyMap<number, readonly string[]>>(new Map());
  const standing = useRef<ReadonlyMap<number, readonly string[]>>(new Map());
  const [player] = useState(() => new Player(`/v1/interviews/${encodeURIComponent(id)}/recording`));
  useEffect(() => () => player.close(), [player]);
  const playable = x?.recording?.playable ?? false;
  const transcript = useTranscript(id, playable && may("hear") ? (x?.transcript ?? 0) : 0).data?.value;
  useEffect(() => {
    player.gaps = transcript?.timed ? transcript.segments.filter((s) => s.off_record).map((s) => ({ start: s.start, end: s.end })) : [];
  }, [player, transcript]);
  const speakers = useMemo(() => speakersOf(transcript), [transcript]);
  const comments = useComments(id, may("read_draft")).data;
  const owed = useMemo(() => (x && comments ? [...threadsOf(comments, x.employee.id).values()].filter((c) => c.owed).length : 0), [comments, x]);
  const wide = useWide();
  const { pathname } = useLocation();
  const tab = pathname.split("/")[3] ?? "";
  useTitle(x ? t("record:title", { name: x.employee.name }) : "");

  if (query.isPending) return <main id="main" tabIndex={-1} className="page"><Skeleton shape="record" /></main>;
  if (query.isError && !x) return <main id="main" tabIndex={-1} className="page"><Trouble error={query.error} again={() => void query.refetch()} /></main>;
  if (!x) return null;
  const here: Here = { id, interview: x, tag: query.data?.tag ?? "*", player, may, now, setNow, quoted, setQuoted, speakers, standing };
  const hears = may("hear") && x.transcript > 0;
  const drafted = may("read_draft") || may("read_record");
  const panel = wide && hears && (tab === "" || tab === "history");
  const tabs = [
    { to: "", key: "record:tab.record", on: true },
    { to: "talk", key: "record:tab.talk", on: hears },
    { to: "insights", key: "record:tab.insights", on: hears && x.relation !== "hr" },
    { to: "history", key: "record:tab.history", on: drafted || may("see_reads") },
  ].filter((p) => p.on);
  return (
    <HereContext value={here}>
      <div className={panel ? "work" : "work alone"}>
        <main id="main" tabIndex={-1} className="main">
          <div className="doc">
            <div className="doc-head">
              <h1>{t("record:title", { name: x.employee.name })}</h1>
              <div className="acts"><More /></div>
              <p className="who">
                <span><Day on={x.recorded_on} year /></span>
                <span>{t("record:interviewer", { name: x.interviewer.name })}</span>
                {x.recording && x.recording.seconds > 0 && <span className="wide">{length(x.recording.seconds, lang)}</span>}
                {x.processing === "internal" && <span className="wide">{t("record:internal")}</span>}
              </p>
            </div>
            <div className="doc-line">
              <p className="doc-state" aria-live="polite"><StatusPhrase interview={x} comments={owed} />{x.hold && x.relation !== "subject" && <span className="mark"><Icon name="lock" />{t("record:hold")}</span>}</p>
              <More narrow />
            </div>
            {tabs.length > 1 && (
              <nav className="tabs doc-tabs" aria-label={t("record:tabs")}>
                {tabs.map((p) => <NavLink key={p.to} to={p.to} end>{t(p.key)}</NavLink>)}
              </nav>
            )}
          </div>
          <Suspense fallback={<div className="doc"><Skeleton shape="record" /></div>}><Outlet /></Suspense>
        </main>
        {panel && (
          <aside className="panel" aria-label={t("record:panel")}>
            <Suspense fallback={<div className="player"><Skeleton /></div>}><Panel /></Suspense>
          </aside>
        )}
      </div>
    </HereContext>
  );
}
