import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";
import { Bar } from "../parts/Bar";
import { Icon } from "../parts/Icon";
import { useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { focused, goTo, nextOf } from "./useKeys";
import { useReplies } from "./replies";
import { stopsOf } from "./review";
import { useReview } from "./useReview";

const Dialogs = lazy(() => import("./Dialogs"));
export type Dialog = "" | "approve" | "objection" | "changes" | "send" | "release" | "reopen" | "revise" | "close";

/** The one decision at the end of the page, always in sight, always saying what is left. */
export function Decide({ newest, onNewest }: { newest: number; onNewest: () => void }) {
  const { t, lang } = useTexts("record");
  const { id, interview, may } = useHere();
  const { draft, employee, state, edits, threads } = useReview();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<Dialog>("");
  const [told, setTold] = useState(false);
  const names = { interviewer: calling(interview.interviewer.name, lang), employee: calling(interview.employee.name, lang) };
  const say = useSaying();
  const replies = useReplies();
  const owing = employee ? [] : [...threads.values()].filter((x) => x.owed && state.left.includes(x.statement));
  const left = state.left.length;
  const order = stopsOf(draft, threads);
  const next = () => {
    const to = nextOf(state.left, order, focused());
    if (to !== undefined) goTo(to);
  };
  const newer = newest > draft.version && interview.status !== "approved";
  const parts = newer ? arrived() : may("decide") ? deciding() : may("release") ? checking() : may("edit") && !employee ? answering() : may("reopen") ? reopening() : may("close_unconfirmed") ? closing() : undefined;
  if (!parts) return null;
  return (
    <>
      <div className={may("reopen") && !newer ? "decide still" : "decide"} role="region" aria-label={t("record:decide.label")}>
        <div className="in-bar">{parts}</div>
      </div>
      {dialog && <Suspense fallback={null}><Dialogs kind={dialog} onKind={setDialog} onClose={() => setDialog("")} /></Suspense>}
    </>
  );

  function arrived() {
    return (
      <>
        <div className="left tell"><b>{t("record:decide.newer", { version: newest })}</b><span className="small quiet">{t(employee ? "record:decide.newer_text" : "record:decide.newer_edits", { version: draft.version })}</span></div>
        <div className="go"><button type="button" className="btn primary" onClick={() => { onNewest(); void navigate(`/interviews/${id}`, { replace: true }); window.scrollTo(0, 0); }}>{t("record:decide.see", { version: newest })}</button></div>
      </>
    );
  }

  function counting(total: number) {
    return (
      <div className="left">
        <b aria-live="polite">{t("record:decide.left", { count: left })}</b>
        <Bar share={total ? (total - left) / total : 1} label={t("record:decide.seen", { count: total, seen: total - left })} />
        <span className="long small quiet">{t("record:decide.seen", { count: total, seen: total - left })}</span>
        <button type="button" className="btn link" onClick={next}>{t("record:decide.next")}</button>
      </div>
    );
  }

  function deciding() {
    const wrong = state.disputed > 0 && left === 0;
    const waits = interview.waiting_for === "interviewer";
    const first = () => {
      if (left > 0) {
        setTold(true);
        next();
        return;
      }
      setDialog("approve");
    };
    if (wrong) {
      return (
        <>
          <div className="left tell"><b>{t("record:decide.wrong", { count: state.disputed })}</b><span className="small quiet">{t(waits ? "record:decide.asked" : "record:decide.wrong_text", names)}</span></div>
          <div className="go">
            <button type="button" className="btn" onClick={() => setDialog("objection")}>{t("record:decide.object")}</button>
            {!waits && <button type="button" className="btn primary" onClick={() => setDialog("changes")}>{t("record:decide.ask")}</button>}
          </div>
        </>
      );
    }
    return (
      <>
        {left > 0 ? counting(state.all.length) : (
          <div className="left tell">
            <b>{t("record:decide.all", { count: state.statements })}</b>
            {waits && <span className="small quiet">{t("record:decide.asked", names)}</span>}
          </div>
        )}
        <div className="go">
          <button type="button" className="btn" onClick={() => setDialog("changes")}>{t("record:decide.ask")}</button>
          <button type="button" className="btn primary" onClick={first}><Icon name="seal" />{t("record:decide.approve")}</button>
        </div>
        {left > 0 && told && <p className="hint wide-hint" role="status">{t("record:decide.first", { count: left })}</p>}
      </>
    );
  }

  function checking() {
    return (
      <>
        <div className="left tell"><b>{t("record:decide.check")}</b><span className="small quiet">{t("record:decide.check_text", names)}</span></div>
        <div className="go"><button type="button" className="btn primary" onClick={() => setDialog("release")}><Icon name="mail" />{t("record:decide.release", names)}</button></div>
      </>
    );
  }

  function answering() {
    const changes = edits.list.length;
    const asked = interview.waiting_for === "interviewer";
    if (state.all.length === 0 && changes === 0 && !asked) return undefined;
    return (
      <>
        {left > 0 ? counting(state.all.length) : (
          <div className="left tell"><b>{changes > 0 ? t("record:decide.changes", { count: changes }) : t(asked ? "record:decide.asked_you" : "record:decide.answered", names)}</b></div>
        )}
        <div className="go">
          {may("draft_reply") && owing.length > 0 && <button type="button" className="btn" disabled={replies.isPending} onClick={() => replies.mutate(owing)}><Icon name="comment" />{t("record:decide.replies")}</button>}
          {may("revise") && changes === 0 && state.all.length > 0 && <button type="button" className="btn" onClick={() => setDialog("revise")}><Icon name="pen" />{t("record:decide.revise")}</button>}
          {(changes > 0 || asked) && <button type="button" className="btn primary" onClick={() => setDialog("send")}><Icon name="mail" />{t(changes > 0 ? "record:decide.send" : "record:decide.hand_back")}</button>}
        </div>
        {replies.isSuccess && left > 0 && <p className="hint wide-hint" role="status">{replies.data.filled > 0 && t("record:decide.replied", { filled: replies.data.filled })} {replies.data.nothing > 0 && t("record:comment.draft_none")}</p>}
        {replies.isError && <p className="hint bad wide-hint" role="alert">{say(replies.error)}</p>}
      </>
    );
  }

  function reopening() {
    return (
      <>
        <div className="left tell"><b>{t("record:decide.sealed", { version: interview.sealed })}</b><span className="small quiet">{t("record:decide.sealed_text")}</span></div>
        <div className="go"><button type="button" className="btn" onClick={() => setDialog("reopen")}>{t("record:decide.reopen")}</button></div>
      </>
    );
  }

  function closing() {
    return <div className="go"><button type="button" className="btn" onClick={() => setDialog("close")}>{t("record:decide.close")}</button></div>;
  }
}
