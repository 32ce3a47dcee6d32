import { Moment } from "../parts/Time";
import { Icon } from "../parts/Icon";
import { calling, shortName } from "../parts/names";
import { useSaying } from "../parts/Trouble";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useComment, useResolve } from "./data";
import { useReplies } from "./replies";
import { stands, type Thread as Talk } from "./review";
import { onceKey } from "../api/client";

/** The remarks beside a statement, oldest first, and what can be answered. */
export function Thread({ talk, todo, onReply, onEdit }: { talk: Talk | undefined; todo: boolean; onReply?: (() => void) | undefined; onEdit?: (() => void) | undefined }) {
  const { t, lang } = useTexts("record");
  const { id, interview, may } = useHere();
  const say = useSaying();
  const resolve = useResolve(id);
  const react = useComment(id);
  const draft = useReplies();
  if (!talk || talk.comments.length === 0) return null;
  const last = talk.comments[talk.comments.length - 1];
  const settle = talk.comments.filter((c) => !c.resolved && (c.kind !== "dispute" || c.mine));
  const thanked = (c: string) => talk.reactions.filter((r) => r.parent === c);
  return (
    <div className={`talk ${todo ? "open" : ""}`} role="group" aria-label={t("record:comment.label")}>
      <ul>
        {talk.comments.map((c) => (
          <li key={c.id} className={c.resolved ? "settled" : undefined}>
            <div className="by">
              <b>{shortName(c.by.name)}</b>
              <Moment at={c.created_at} />
              {c.kind === "dispute" && <span className="mark"><Icon name="x" />{t("record:answer.wrong")}</span>}
              {c.resolved && <span className="vh">{t("record:comment.settled")}</span>}
            </div>
            <span className="said">{c.text}</span>
            {thanked(c.id).map((r) => <span key={r.id} className="small quiet reaction">{shortName(r.by.name)}: {t(`record:reaction.${r.text}`)}</span>)}
            {!c.mine && may("comment") && !thanked(c.id).some((r) => r.mine) && (
              <button type="button" className="btn link small thank" onClick={() => react.mutate({ once: onceKey(), draft: c.draft, kind: "reaction", text: "thanks", parent: c.id, ...(talk.statement ? { statement: talk.statement } : {}) })}>{t("record:reaction.thanks")}</button>
            )}
          </li>
        ))}
      </ul>
      {may("comment") && (
        <div className="acts">
          {onEdit && talk.owed && <button type="button" className="btn" onClick={onEdit}>{t("record:edit.open_thread")}</button>}
          {onReply && talk.owed && may("draft_reply") && (
            <button type="button" className="btn link" disabled={draft.isPending} onClick={() => draft.mutate([talk])}>{t("record:comment.draft")}</button>
          )}
          {onReply && <button type="button" className="btn link" data-answer="reply" onClick={onReply}>{t(last?.mine ? "record:comment.add" : "record:comment.reply")}</button>}
          {interview.relation === "subject" && !todo && talk.open && settle.length > 0 && last && !last.mine && (
            <button type="button" className="btn link" onClick={() => settle.forEach((c) => resolve.mutate({ id: c.id, etag: c.etag, resolved: true }))}>{t("record:comment.settle")}</button>
          )}
          {stands(talk) && talk.comments.some((c) => c.mine && c.kind === "dispute" && !c.resolved) && (
            <button type="button" className="btn link" onClick={() => talk.comments.filter((c) => c.mine && c.kind === "dispute" && !c.resolved).forEach((c) => resolve.mutate({ id: c.id, etag: c.etag, resolved: true }))}>{t("record:answer.take_back")}</button>
          )}
        </div>
      )}
      {talk.owed && interview.relation === "subject" && last?.mine && <p className="small quiet">{t("record:comment.waits", { name: calling(interview.interviewer.name, lang) })}</p>}
      {draft.data && draft.data.nothing > 0 && <p className="small quiet" role="status">{t("record:comment.draft_none")}</p>}
      {draft.isError && <p className="hint bad" role="alert">{say(draft.error)}</p>}
      {(resolve.isError || react.isError) && <p className="hint bad" role="alert">{say(resolve.error ?? react.error)}</p>}
    </div>
  );
}
