import { useState } from "react";
import { Notice } from "../parts/Notice";
import { useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useResolve } from "./data";
import { changes, type Edit, type Edits } from "./edits";
import { EditField } from "./EditField";
import { useKept } from "./kept";
import { Merge } from "./Merge";
import type { Statement } from "./review";
import { useSending } from "./sending";
import { useReview } from "./useReview";

/** The employee puts what they said into their own words, or takes it out. It becomes a new version at once: nobody has to
 * be asked. What is typed stays in this browser until then. */
export function Rewrite({ statement, action, onClose }: { statement: Statement; action: boolean; onClose: () => void }) {
  const { t, lang } = useTexts("record");
  const { id, interview } = useHere();
  const { draft, threads } = useReview();
  const say = useSaying();
  const resolve = useResolve(id);
  const [kept, keep] = useKept(`rewrite:${id}:${statement.id}`);
  const [begun] = useState<Edits>(() => (kept ? (JSON.parse(kept) as Edits) : { base: draft.version, list: [] }));
  const [out, setOut] = useState(false);
  const names = { interviewer: calling(interview.interviewer.name, lang) };
  const done = () => {
    keep("");
    onClose();
  };
  const sending = useSending(id, draft, (e) => keep(e.list.length > 0 ? JSON.stringify(e) : ""), () => {
    // What was said to be wrong is put right now, by the one who said it.
    for (const c of threads.get(statement.id)?.comments ?? []) if (c.mine && c.kind === "dispute" && !c.resolved) resolve.mutate({ id: c.id, etag: c.etag, resolved: true });
    onClose();
  });
  const save = (e: Edit) => {
    if (e.remove) setOut(true);
    else if (changes(e, statement)) sending.start({ base: begun.base, list: [e] });
    else done();
  };
  if (sending.met) return <Merge met={sending.met} onClose={onClose} busy={sending.busy} error={sending.error} onDone={sending.decide} />;
  const failed = sending.error !== undefined && <p className="hint bad" role="alert">{t("record:not_saved")} {say(sending.error)}</p>;
  if (out) {
    return (
      <Notice
        title={t("record:rewrite.out_title")}
        actions={
          <>
            <button type="button" className="btn primary" disabled={sending.busy} onClick={() => sending.start({ base: begun.base, list: [{ id: statement.id, remove: true }] })}>{t("record:rewrite.out_do")}</button>
            <button type="button" className="btn quiet-btn" onClick={() => setOut(false)}>{t("common:stop")}</button>
          </>
        }
      >
        <del>{statement.text}</del>
        <br />{t("record:rewrite.out_text", names)}
        {failed}
      </Notice>
    );
  }
  return (
    <EditField
      now={statement} edit={begun.list[0] ?? { id: statement.id }} action={action} onClose={done} onSave={save} busy={sending.busy}
      own={{ label: t("record:rewrite.label"), note: t("record:rewrite.note", names), keep: t("record:rewrite.save") }}
      onText={(text) => keep(text === statement.text ? "" : JSON.stringify({ base: begun.base, list: [{ id: statement.id, text }] }))}
    >
      {failed}
    </EditField>
  );
}
