import { Icon } from "../parts/Icon";
import { useTexts } from "../texts/use";
import { position } from "../time/format";
import { useHere } from "./context";
import { lead, usePlayer } from "./player";

/** A place in the recording: pressing it plays exactly those seconds, pressing it again stops. */
export function Chip({ start, end, owner, words, onPlay }: { start: number; end: number | null; owner: string; words?: string; onPlay?: () => void }) {
  const { t } = useTexts("record");
  const { player, interview } = useHere();
  const key = `${owner}/${start}`;
  const on = usePlayer(player, (s) => s.playing && s.key === key);
  const at = position(start);
  if (!interview.recording?.playable) return <span className="chip still">{at}</span>;
  return (
    <button
      type="button"
      className="chip"
      aria-pressed={on}
      onClick={() => {
        if (!on) onPlay?.();
        player.play(start - lead, end ?? undefined, owner, key);
      }}
    >
      <Icon name={on ? "pause" : "play"} />{words ? (on ? t("record:chip.stop_short") : words) : at}
      <span className="vh">{words ? (on ? t("record:chip.at", { at }) : "") : t(on ? "record:chip.stop" : "record:chip.play", { at: "" })}</span>
    </button>
  );
}
