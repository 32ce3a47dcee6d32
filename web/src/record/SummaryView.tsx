import { useState } from "react";
import type { Schemas } from "../api/client";
import { Icon } from "../parts/Icon";
import { Plain } from "../parts/Plain";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { DiffText } from "./DiffText";
import { placesOf } from "./edits";
import { Evidence } from "./Evidence";
import { EditField, Words } from "./fields";
import { sentenceId, stands } from "./review";
import { Pending } from "./StatementView";
import { Thread } from "./Thread";
import { useReview } from "./useReview";

/** One sentence of the summary. It is remarked on and changed as a statement is; only its look is never asked for, because
 * it says nothing the statements do not. */
export function SummaryView({ sentence, at }: { sentence: Schemas["Sentence"]; at: number }) {
  const { t } = useTexts("record");
  const { now, may } = useHere();
  const { draft, employee, threads, left, edits, setEdit, live } = useReview();
  const [field, setField] = useState<"" | "comment" | "dispute" | "edit">("");
  const id = sentenceId(sentence, at);
  const talk = threads.get(id);
  const todo = left.has(id);
  const edit = edits.list.find((e) => e.id === id);
  const mayTalk = live && may("comment");
  const mayEdit = live && may("edit") && !employee;
  const text = edit?.text?.trim();
  const toggle = (f: typeof field) => setField(field === f ? "" : f);
  return (
    <article className={`st ${todo ? "todo" : ""} ${now === id ? "now" : ""}`} id={`st-${id}`} data-statement={id} tabIndex={-1} aria-label={todo ? t("record:todo") : undefined}>
      <div className="st-main">
        {edit?.remove ? <p><del>{sentence.text}</del></p> : <p>{text && text !== sentence.text ? <DiffText before={sentence.text} after={text} /> : <Plain>{sentence.text}</Plain>}</p>}
        {edit && <Pending edit={edit} onUndo={() => setEdit({ id })} />}
        {field === "edit" && <EditField now={placesOf(draft).get(id)} edit={edit ?? { id }} action={false} onClose={() => setField("")} onSave={(e) => { setEdit(e); setField(""); }} />}
        {(field === "comment" || field === "dispute") && <Words draft={draft.version} statement={id} kind={field} onDone={() => setField("")} onClose={() => setField("")} />}
        <div className="meta">
          <Evidence evidence={sentence.evidence ?? []} owner={id} />
          {mayTalk && (
            <div className="verdict" role="group" aria-label={t("record:answer.label")}>
              {employee && <button type="button" className="btn done" data-answer="no" aria-pressed={stands(talk)} onClick={() => toggle("dispute")}>{t("record:answer.wrong")}</button>}
              {mayEdit && <button type="button" className="btn done edit" data-answer="edit" onClick={() => toggle("edit")}><Icon name="edit" />{t("record:edit.open")}</button>}
              {(employee || !talk?.comments.length) && <button type="button" className="btn done" data-answer="comment" onClick={() => toggle("comment")}>{t("record:comment.open")}</button>}
            </div>
          )}
        </div>
      </div>
      <Thread talk={talk} todo={todo} onReply={mayTalk ? () => setField("comment") : undefined} onEdit={mayEdit ? () => setField("edit") : undefined} />
    </article>
  );
}
