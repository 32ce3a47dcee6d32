import { useTexts } from "../texts/use";
import Panel from "./Panel";

/** 発言: player and transcript as a page of their own. */
export default function TalkTab() {
  const { t } = useTexts("record");
  return (
    <div className="doc talk-doc">
      <section className="panel-page" aria-label={t("record:panel")}><Panel /></section>
    </div>
  );
}
