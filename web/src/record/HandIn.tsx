import { useId, useState } from "react";
import { Icon } from "../parts/Icon";
import { Bar } from "../parts/Bar";
import { useSaying } from "../parts/Trouble";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useChanged } from "./data";
import { handIn } from "./handIn";

/** Hands in one recording, or captions, for this interview, in one request with its progress. */
export function HandIn() {
  const { t } = useTexts("record");
  const { id } = useHere();
  const say = useSaying();
  const field = useId();
  const changed = useChanged(id);
  const [share, setShare] = useState<number>();
  const [over, setOver] = useState(false);
  const [error, setError] = useState<unknown>();
  const give = async (files: FileList | null) => {
    if (!files?.length) return;
    setError(undefined);
    try {
      setShare(0);
      await handIn(id, [...files], setShare);
    } catch (err) {
      setError(err);
    }
    setShare(undefined);
    await changed();
  };
  return (
    <div
      className={over ? "drop over" : "drop"}
      onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
      onDrop={(e) => { e.preventDefault(); setOver(false); if (share === undefined) void give(e.dataTransfer.files); }}
    >
      <span aria-hidden="true" className="drop-say">{t("record:hand_in.note")}</span>
      <label className="btn as-file" htmlFor={field}><Icon name="upload" />{t("record:hand_in.text")}</label>
      <input className="vh" id={field} type="file" multiple accept="audio/*,video/*,.vtt,.srt,.sbv,.txt,.json,.docx" disabled={share !== undefined} onChange={(e) => void give(e.target.files)} />
      {share !== undefined && <Bar share={share} label={t("record:hand_in.sent", { percent: Math.round(share * 100) })} />}
      {error !== undefined && <p className="hint bad" role="alert">{say(error)}</p>}
    </div>
  );
}
