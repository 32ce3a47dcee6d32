import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, body, heads, type Schemas } from "../api/client";
import { Ask } from "../parts/Ask";
import { useSaying } from "../parts/Trouble";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useChanged } from "./data";

/** Corrects what was heard in one line, and who said it. The other one sees the change. */
export default function Correct({ transcript, tag, segment, onClose }: { transcript: Schemas["Transcript"]; tag: string; segment: number; onClose: () => void }) {
  const { t } = useTexts("record");
  const { id } = useHere();
  const say = useSaying();
  const changed = useChanged(id);
  const s = transcript.segments.find((x) => x.id === segment);
  const [text, setText] = useState(s?.text ?? "");
  const [speaker, setSpeaker] = useState(s?.speaker ?? "");
  const save = useMutation({
    mutationFn: () => body(api.PATCH("/v1/interviews/{id}/transcript", {
      params: { path: { id } },
      body: { segments: [{ id: segment, ...(text.trim() !== s?.text ? { text: text.trim() } : {}), ...(speaker !== s?.speaker ? { speaker } : {}) }] },
      headers: heads({ ifMatch: tag }),
    })),
    onSuccess: async () => {
      await changed();
      onClose();
    },
  });
  if (!s) return null;
  const same = text.trim() === s.text && speaker === s.speaker;
  return (
    <Ask wide title={t("record:correct.title")} back={t("common:stop")} onClose={onClose} actions={<button type="button" className="btn primary" disabled={same || save.isPending} onClick={() => save.mutate()}>{t("record:correct.do")}</button>}>
      <div className="field">
        <label htmlFor="correct-text">{t("record:correct.text")}</label>
        <textarea className="in" id="correct-text" value={text} onChange={(e) => setText(e.target.value)} />
      </div>
      {transcript.speakers.length > 1 && (
        <div className="field">
          <label htmlFor="correct-who">{t("record:correct.who")}</label>
          <select className="in" id="correct-who" value={speaker} onChange={(e) => setSpeaker(e.target.value)}>
            {transcript.speakers.map((x) => <option key={x.label} value={x.label}>{[x.name, t(`common:part.${x.role || "unknown"}`)].filter(Boolean).join(" · ")}</option>)}
          </select>
        </div>
      )}
      <p className="small quiet">{t("record:correct.note")}</p>
      {save.isError && <p className="hint bad" role="alert">{say(save.error)}</p>}
    </Ask>
  );
}
