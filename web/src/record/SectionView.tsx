import { useState } from "react";
import { Icon } from "../parts/Icon";
import type { IconName } from "../parts/icons";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { EditField } from "./fields";
import { Evidence } from "./Evidence";
import type { Section } from "./review";
import { StatementView } from "./StatementView";
import { useReview } from "./useReview";

const absences: Record<string, IconName> = { not_discussed: "dash", stated_none: "none", unclear: "unclear" };

/** One heading of the record. The three absences are three different things, each with its own sign and words. */
export function SectionView({ section }: { section: Section }) {
  const { t } = useTexts("record");
  const { may } = useHere();
  const { draft, employee, edits, setEdit, live, left, opened, reopened } = useReview();
  const [adding, setAdding] = useState("");
  const key = `#${section.key}`;
  const todo = left.has(key);
  const asked = employee && live && draft.look.includes(key);
  const remarks = section.key === "interviewer_remarks";
  const mayAdd = live && !employee && may("edit");
  const added = edits.list.filter((e) => e.section === section.key);
  const empty = section.statements.length === 0;
  return (
    <section className="sec" aria-labelledby={`h-${section.key}`}>
      <div className="sec-h">
        <h2 id={`h-${section.key}`}>{section.title}</h2>
        {!empty && !remarks && <span>{t("record:count", { count: section.statements.length })}</span>}
        {mayAdd && !adding && (
          <button type="button" className="btn quiet-btn add" onClick={() => setAdding(`new-${section.key}-${added.length + 1}-${Date.now()}`)}>
            <Icon name="plus" />{t(remarks ? "record:edit.add_remarks" : "record:edit.add")}<span className="vh"> {section.title}</span>
          </button>
        )}
      </div>
      {empty && (
        <div className={`st absent-st ${todo ? "todo" : ""}`} id={`st-${key}`} data-statement={key} tabIndex={-1}>
          <div className="st-main">
            <p className="absent"><Icon name={absences[section.state] ?? "dash"} />{t(remarks && section.state === "not_discussed" ? "record:absence.remarks" : `record:absence.${section.state}`)}</p>
            {(section.evidence?.length || asked) && (
              <div className="meta">
                {section.evidence && <Evidence evidence={section.evidence} owner={key} />}
                {asked && (
                  <div className={todo ? "verdict ask" : "verdict"}>
                    <button type="button" className={todo ? "btn" : "btn done seen"} data-answer="yes" aria-pressed={!todo} title={todo ? undefined : t("record:answer.yes_back")} onClick={() => (todo ? opened([key]) : reopened([key]))}><Icon name="check" />{t("record:absence.checked")}</button>
                  </div>
                )}
              </div>
            )}
          </div>
        </div>
      )}
      {section.statements.map((s) => <StatementView key={s.id} section={section} statement={s} />)}
      {added.map((e) => adding !== e.id && (
        <div className="st" key={e.id}>
          <div className="st-main">
            <p><ins>{e.text}</ins></p>
            <p className="pending mark changed">
              <Icon name="edit" />{t("record:edit.kept")}
              <button type="button" className="btn link small" onClick={() => setAdding(e.id)}>{t("record:edit.open")}</button>
              <button type="button" className="btn link small" onClick={() => setEdit({ ...e, remove: true })}>{t("common:undo")}</button>
            </p>
          </div>
        </div>
      ))}
      {adding && (
        <div className="st"><div className="st-main">
          <EditField
            now={undefined} edit={added.find((e) => e.id === adding) ?? { id: adding, section: section.key }} action={section.key === "action_items"}
            onClose={() => setAdding("")} onSave={(e) => { setEdit(e); setAdding(""); }}
          />
        </div></div>
      )}
    </section>
  );
}
