import { memo, useState } from "react";
import { Icon } from "../parts/Icon";
import { Day } from "../parts/Time";
import { Plain } from "../parts/Plain";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { parseDay } from "../time/format";
import { Closed } from "./Closed";
import { useHere } from "./context";
import { EditField, Rewrite, Words } from "./fields";
import { useResolve } from "./data";
import { DiffText } from "./DiffText";
import { Evidence } from "./Evidence";
import { type Section, type Statement, stands } from "./review";
import { Thread } from "./Thread";
import { goTo } from "./useKeys";
import { useReview } from "./useReview";

type Field = "" | "comment" | "dispute" | "edit" | "rewrite";

/** One sentence of the record: its text, what changed, the words it stands on, what is said about it, and the answers. */
export const StatementView = memo(function StatementView({ section, statement }: { section: Section; statement: Statement }) {
  const { t } = useTexts("record");
  const { id, interview, now, may } = useHere();
  const { draft, employee, threads, left, changes, edits, setEdit, opened, reopened, live } = useReview();
  const [field, setField] = useState<Field>("");
  const [shut, setShut] = useState(statement.sensitive);
  const resolve = useResolve(id);
  const talk = threads.get(statement.id);
  const todo = left.has(statement.id);
  const edit = edits.list.find((e) => e.id === statement.id);
  const change = changes.get(statement.id);
  const closed = statement.sensitive && shut;
  const action = section.key === "action_items";
  const own = statement.by === "person" && statement.author === interview.employee.id;
  const mayEdit = live && may("edit") && !employee && !own;
  // The employee may put into other words what they said: their own sentences, and what the record says they said.
  const mayRewrite = live && may("edit") && employee && section.key !== "interviewer_remarks" && (own || statement.speaker === "employee" || statement.speaker === "both");
  const asked = employee && live && draft.look.includes(statement.id);
  const seen = asked && !todo && !stands(talk);
  const agree = () => {
    opened([statement.id]);
    for (const c of talk?.comments ?? []) if (c.mine && !c.resolved) resolve.mutate({ id: c.id, etag: c.etag, resolved: true });
  };
  const done = () => {
    if (asked && todo) opened([statement.id]);
    setField("");
  };
  const written = () => {
    setField("");
    goTo(statement.id);
  };
  const answers = live && may("comment") && (
    <div className={`verdict ${employee && todo && !seen ? "ask" : ""}`} role="group" aria-label={t("record:answer.label")}>
      {(seen || (employee && todo)) && !statement.sensitive && (
        <button
          type="button" className={seen ? "btn done seen" : "btn"} data-answer="yes" aria-pressed={seen} title={seen ? t("record:answer.yes_back") : undefined}
          onClick={() => (seen ? reopened([statement.id]) : agree())}
        >
          <Icon name={seen ? "check" : "none"} />{t("record:answer.yes")}
        </button>
      )}
      {employee && own && mayRewrite ? (
        <button type="button" className="btn done edit" data-answer="edit" onClick={() => setField(field === "rewrite" ? "" : "rewrite")}><Icon name="edit" />{t("record:edit.open")}</button>
      ) : employee && (
        <button type="button" className={todo ? "btn" : "btn done"} data-answer="no" aria-pressed={stands(talk)} onClick={() => setField(field === "dispute" ? "" : "dispute")}>
          {todo && <Icon name="x" />}{t("record:answer.wrong")}
        </button>
      )}
      {mayEdit && <button type="button" className="btn done edit" data-answer="edit" onClick={() => setField(field === "edit" ? "" : "edit")}><Icon name="edit" />{t("record:edit.open")}</button>}
      {(!talk || talk.comments.length === 0 || employee) && (
        <button type="button" className={employee && todo ? "btn" : "btn done"} data-answer="comment" onClick={() => setField(field === "comment" ? "" : "comment")}>
          {employee && todo && <Icon name="comment" />}{t("record:comment.open")}
        </button>
      )}
    </div>
  );
  return (
    <article
      className={`st ${todo ? "todo" : ""} ${now === statement.id ? "now" : ""} ${closed ? "st-closed" : ""}`}
      id={`st-${statement.id}`} data-statement={statement.id} tabIndex={-1} aria-label={todo ? t("record:todo") : undefined}
    >
      <div className="st-main">
        {statement.sensitive ? <Closed statement={statement} onShown={(o) => setShut(!o)}>{answers}</Closed> : <Body statement={statement} removed={edit?.remove ?? false} text={edit?.text} />}
        {!closed && action && <Owner statement={statement} employee={employee} />}
        {!closed && edit && <Pending edit={edit} onUndo={() => setEdit({ id: statement.id })} />}
        {!closed && change && live && <Change before={change.before ?? null} after={statement} version={draft.version} kind={change.kind} action={action} />}
        {!closed && field === "edit" && (
          <EditField now={statement} edit={edit ?? { id: statement.id }} action={action} onClose={() => setField("")} onSave={(e) => { setEdit(e); setField(""); }} />
        )}
        {field === "rewrite" && <Rewrite statement={statement} action={action} onClose={written} />}
        {(field === "comment" || field === "dispute") && <Words draft={draft.version} statement={statement.id} kind={field} onDone={done} onClose={() => setField("")} onRewrite={field === "dispute" && mayRewrite ? () => setField("rewrite") : undefined} />}
        {!statement.sensitive && (
          <div className="meta">
            <Evidence evidence={statement.evidence} owner={statement.id} />
            <Marks statement={statement} />
            {answers}
          </div>
        )}
      </div>
      {!closed && (
        <Thread talk={talk} todo={todo} onReply={live && may("comment") ? () => setField("comment") : undefined} onEdit={mayEdit ? () => setField("edit") : undefined} />
      )}
    </article>
  );
});

function Marks({ statement: s }: { statement: Statement }) {
  const { t, lang } = useTexts("record");
  const { interview } = useHere();
  const name = s.author === interview.employee.id ? interview.employee.name : s.author === interview.interviewer.id ? interview.interviewer.name : "";
  if (!s.grounded && s.evidence.length === 0) return <span className="mark"><Icon name="hand" />{t("record:mark.by_hand")} {name}</span>;
  if (s.by === "person" && name) return <span className="mark"><Icon name="edit" />{t("record:mark.edited", { name: calling(name, lang) })}</span>;
  return null;
}


function Body({ statement, removed, text }: { statement: Statement; removed: boolean; text: string | undefined }) {
  const changed = text !== undefined && text.trim() !== statement.text;
  if (removed) return <p><del>{statement.text}</del></p>;
  return <p>{changed ? <DiffText before={statement.text} after={text.trim()} /> : <Plain>{statement.text}</Plain>}</p>;
}

function Owner({ statement: s, employee }: { statement: Statement; employee: boolean }) {
  const { t, lang } = useTexts("record");
  const { interview } = useHere();
  const mine = (employee && s.owner === "employee") || (interview.relation === "interviewer" && s.owner === "interviewer");
  const who = s.owner === "employee" ? calling(interview.employee.name, lang) : s.owner === "interviewer" ? calling(interview.interviewer.name, lang) : s.owner === "hr" ? t("common:part.hr") : t("record:action.nobody");
  return (
    <p className="owner">
      <span>{t("record:action.owner")} <b>{who}{mine && t("record:action.you")}</b></span>
      {(s.due_date || s.due) && (
        <span>{t("record:action.due")} {s.due_date && parseDay(s.due_date) && <b><Day on={s.due_date} /></b>} {s.due && <span className="said">{t("record:quoted", { text: s.due })}</span>}</span>
      )}
    </p>
  );
}

export function Pending({ edit, onUndo }: { edit: { remove?: boolean; owner?: string; due_date?: string }; onUndo: () => void }) {
  const { t } = useTexts("record");
  return (
    <p className="pending mark changed">
      <Icon name="edit" />{t(edit.remove ? "record:edit.removed" : "record:edit.kept")}
      {edit.due_date && <> {t("record:action.due")} <Day on={edit.due_date} /></>}
      {edit.owner && edit.owner !== "unknown" && <> {t("record:action.owner")} {t(`common:part.${edit.owner}`)}</>}
      <button type="button" className="btn link small" onClick={onUndo}>{t("common:undo")}</button>
    </p>
  );
}

function Change({ before, after, version, kind, action }: { before: Statement | null; after: Statement; version: number; kind: string; action: boolean }) {
  const { t } = useTexts("record");
  if (kind === "added" || !before) return <p className="was mark changed">{t("record:mark.added", { version })}</p>;
  if (kind !== "changed") return null;
  return (
    <details className="was">
      <summary className="disc"><Icon name="down" className="i chev" /><span className="mark changed">{t("record:mark.changed", { version })}</span> {t("record:mark.before")}</summary>
      <p><DiffText before={before.text} after={after.text} /></p>
      {action && (before.due_date ?? "") !== (after.due_date ?? "") && (
        <p>{t("record:action.due")} {before.due_date && <del><Day on={before.due_date} /></del>} {after.due_date && <ins><Day on={after.due_date} /></ins>}</p>
      )}
    </details>
  );
}
