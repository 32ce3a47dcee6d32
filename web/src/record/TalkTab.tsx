import { lazy, Suspense } from "react";
import { Skeleton } from "../parts/Skeleton";
import { useTexts } from "../texts/use";

const Panel = lazy(() => import("./Panel"));

/** 発言: player and transcript as a page of their own. */
export default function TalkTab() {
  const { t } = useTexts("record");
  return (
    <div className="doc talk-doc">
      <section className="panel-page" aria-label={t("record:panel")}><Suspense fallback={<div className="player"><Skeleton /></div>}><Panel /></Suspense></section>
    </div>
  );
}
