import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { onceKey } from "../api/client";
import { Icon } from "../parts/Icon";
import { useSaying } from "../parts/Trouble";
import { useTexts } from "../texts/use";
import { calling } from "../parts/names";
import { useHere } from "./context";
import { useComment } from "./data";
import { useKept } from "./kept";
import { answerKey } from "./replies";

/** The field under a statement for a remark or for what is wrong. What is typed stays, even offline, until it is sent. */
export function Words({ draft, statement, kind, onDone, onClose, onRewrite }: { draft: number; statement: string; kind: "comment" | "dispute"; onDone: () => void; onClose: () => void; onRewrite?: (() => void) | undefined }) {
  const { t, lang } = useTexts("record");
  const { id, interview } = useHere();
  const say = useSaying();
  const field = useId();
  const [text, setText] = useKept(kind === "comment" ? answerKey(id, statement) : `${kind}:${id}:${statement}`);
  const [once, setOnce] = useState(onceKey);
  const send = useComment(id);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => area.current?.focus(), []);
  const to = calling(interview.relation === "subject" ? interview.interviewer.name : interview.employee.name, lang);
  const submit = async () => {
    const words = text.trim() || (kind === "dispute" ? t("record:answer.wrong_alone") : "");
    if (!words) {
      area.current?.focus();
      return;
    }
    try {
      await send.mutateAsync({ once, draft, kind, text: words, ...(statement ? { statement } : {}) });
      setText("");
      setOnce(onceKey());
      onDone();
    } catch {
      setOnce(onceKey()); // the text stays; the line below says so
    }
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key === "Enter" && (e.metaKey || e.ctrlKey)) void submit();
    if (e.key === "Escape" && !e.nativeEvent.isComposing) onClose();
  };
  return (
    <div className="words">
      <div className="field">
        <label htmlFor={field}>{t(kind === "dispute" ? "record:answer.why" : "record:comment.write", { name: to })}</label>
        <textarea className="in" id={field} ref={area} value={text} maxLength={4000} onChange={(e) => setText(e.target.value)} onKeyDown={keys} />
      </div>
      {send.isError && <p className="hint bad" role="alert">{t("record:not_saved")} {say(send.error)}</p>}
      <div className="acts">
        <button type="button" className="btn primary" disabled={send.isPending} onClick={() => void submit()}>{send.isError ? t("record:resend") : t("record:comment.send", { name: to })}</button>
        {onRewrite && <button type="button" className="btn" onClick={onRewrite}><Icon name="edit" />{t("record:rewrite.open")}</button>}
        <button type="button" className="btn quiet-btn" onClick={onClose}>{t("common:stop")}</button>
      </div>
    </div>
  );
}
