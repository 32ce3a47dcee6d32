import { useEffect, useRef, useState } from "react";
import { Icon } from "../../parts/Icon";
import { useMe } from "../../session/session";
import { useTexts } from "../../texts/use";
import { position } from "../../time/format";
import { Recorder, type Take } from "../../upload/recorder";
import type { Desk } from "./desk";
import { tapes } from "./useDesk";

/** Records the talk here, for who has no recording to bring. The pieces lie on this computer until the server has them. */
export function Microphone({ desk }: { desk: Desk }) {
  const { t } = useTexts("upload");
  const me = useMe();
  const running = useRef<Recorder>(undefined);
  const [take, setTake] = useState<Take>();
  const [trouble, setTrouble] = useState<"" | "refused" | "no_microphone" | "no_room">("");

  const bring = async (id?: string) => {
    for (const tape of await tapes.all(me.person.id)) {
      if (id ? tape.id !== id : tape.id === running.current?.take.tape.id) continue;
      const at = new Date(tape.at);
      const two = (n: number) => String(n).padStart(2, "0");
      const name = `${t("upload:mic.file")}_${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}-${two(at.getHours())}${two(at.getMinutes())}.${tape.type.includes("mp4") ? "m4a" : tape.type.includes("ogg") ? "ogg" : "webm"}`;
      const file = await tapes.file(tape, name);
      if (file) desk.add([file], tape.id);
      else await tapes.erase(tape.id);
    }
  };

  useEffect(() => {
    // What a crash or a reload left behind comes back as a row; another tab may still be recording it.
    if (desk.rows.some((r) => r.tape)) return;
    void navigator.locks?.request("kikigaki:microphone", { ifAvailable: true }, async (lock) => {
      if (lock) await bring().catch(() => undefined);
    });
    // Once a page; the desk does not change under a person.
  }, [desk]);
  useEffect(() => () => void running.current?.stop(), []); // who leaves the page ends the recording; it is kept

  const begin = async () => {
    setTrouble("");
    if (!navigator.mediaDevices) return setTrouble("no_microphone");
    try {
      running.current = await Recorder.begin(tapes, me.person.id, (x) => setTake({ ...x }));
      const { tape } = running.current.take;
      void navigator.locks?.request("kikigaki:microphone", () => new Promise<void>((free) => (freed.current = free)));
      setTake({ tape, seconds: 0, level: 0 });
    } catch (err) {
      const name = err instanceof DOMException ? err.name : "";
      setTrouble(name === "NotAllowedError" || name === "SecurityError" ? "refused" : name === "NotFoundError" || name === "NotReadableError" ? "no_microphone" : "no_room");
    }
  };
  const freed = useRef<() => void>(undefined);
  const end = async () => {
    const r = running.current;
    if (!r) return;
    await r.stop();
    running.current = undefined;
    freed.current?.();
    setTake(undefined);
    if (r.take.error !== undefined) setTrouble("no_room");
    await bring(r.take.tape.id);
  };
  useEffect(() => {
    if (take?.error !== undefined) void end();
  }, [take?.error]);

  if (!take) {
    return (
      <div className="mic">
        <button type="button" className="btn quiet-btn" onClick={() => void begin()}><Icon name="mic" />{t("upload:mic.begin")}</button>
        {trouble && <span className="hint bad" role="alert">{t(`upload:mic.${trouble}`)}</span>}
      </div>
    );
  }
  return (
    <div className="mic on">
      <span className="status you"><Icon name="mic" />{t("upload:mic.on")} <span className="num">{position(take.seconds)}</span></span>
      <span className="meter" role="meter" aria-label={t("upload:mic.level")} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(take.level * 100)}><i style={{ width: `${Math.round(take.level * 100)}%` }} /></span>
      <button type="button" className="btn" onClick={() => void end()}><Icon name="stop" />{t("upload:mic.end")}</button>
      <span className="hint">{t(take.seconds > 5 && take.level < 0.15 ? "upload:mic.quiet" : "upload:mic.note")}</span>
    </div>
  );
}
