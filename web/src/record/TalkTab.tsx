import { lazy, Suspense } from "react";
import { Empty } from "../parts/Empty";
import { Skeleton } from "../parts/Skeleton";
import { useTexts } from "../texts/use";
import { useHere } from "./context";

const Panel = lazy(() => import("./Panel"));

/** 発言: player and transcript as a page of their own. */
export default function TalkTab() {
  const { t } = useTexts("record");
  const { interview, may } = useHere();
  if (!may("hear")) return <div className="doc"><Empty icon="lock" title={t("record:tab.closed")} /></div>;
  if (interview.transcript === 0) return <div className="doc"><Empty icon="mic" title={t("record:transcript.none")} /></div>;
  return (
    <div className="doc talk-doc">
      <section className="panel-page" aria-label={t("record:panel")}><Suspense fallback={<div className="player"><Skeleton /></div>}><Panel /></Suspense></section>
    </div>
  );
}
