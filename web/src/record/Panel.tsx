import { lazy, Suspense } from "react";
import { Icon } from "../parts/Icon";
import { shortName } from "../parts/names";
import { useTexts } from "../texts/use";
import { position } from "../time/format";
import { useHere } from "./context";
import { useTranscript } from "./data";
import { Notice } from "../parts/Notice";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { usePlayer } from "./player";
import { Transcript } from "./Transcript";

const Waves = lazy(() => import("./Waves"));

/** Player and transcript, in step with each other and with the record. */
export default function Panel() {
  const { t } = useTexts("record");
  const { id, interview } = useHere();
  const transcript = useTranscript(id, interview.transcript);
  return (
    <>
      {interview.recording?.playable && <PlayerBar />}
      {transcript.isPending && <div className="player"><Skeleton shape="record" /></div>}
      {transcript.isError && <div className="player"><Trouble error={transcript.error} again={() => void transcript.refetch()} /></div>}
      {transcript.data && transcript.data.value.segments.length === 0 && <div className="player"><Notice title={t("record:transcript.none")} /></div>}
      {transcript.data && transcript.data.value.segments.length > 0 && <Transcript transcript={transcript.data.value} tag={transcript.data.tag} />}
    </>
  );
}

function PlayerBar() {
  const { t } = useTexts("record");
  const { player, interview } = useHere();
  const playing = usePlayer(player, (s) => s.playing);
  const failed = usePlayer(player, (s) => s.failed);
  const total = usePlayer(player, (s) => Math.floor(s.duration)) || Math.floor(interview.recording?.seconds ?? 0);
  return (
    <div className="player">
      <div className="lanes">
        <span className="n-i">{t("record:player.interviewer", { name: shortName(interview.interviewer.name) })}</span>
        <span className="n-e">{t("record:player.employee", { name: shortName(interview.employee.name) })}</span>
        <div className="wave"><Suspense fallback={null}><Waves /></Suspense></div>
      </div>
      <div className="controls">
        <button type="button" className="btn primary" onClick={() => player.toggle()}><Icon name={playing ? "pause" : "play"} />{t(playing ? "record:player.stop" : "record:player.play")}</button>
        <button type="button" className="btn" onClick={() => player.skip(-5)}><Icon name="back" />{t("record:player.back")}</button>
        <button type="button" className="btn" onClick={() => player.skip(5)}>{t("record:player.ahead")}<Icon name="fwd" /></button>
        <Position total={total} />
      </div>
      {failed && <p className="hint bad" role="alert">{t("record:player.failed")}</p>}
    </div>
  );
}

function Position({ total }: { total: number }) {
  const { player } = useHere();
  const at = usePlayer(player, (s) => Math.floor(s.position));
  return <span className="pos"><b className="num">{position(at)}</b> / <span className="num">{position(total)}</span></span>;
}
