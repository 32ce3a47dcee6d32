import { useId, useState } from "react";
import { onceKey } from "../api/client";
import { Icon } from "../parts/Icon";
import { Plain } from "../parts/Plain";
import { useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useEditDraft, useOpened } from "./data";
import { Evidence } from "./Evidence";
import type { Statement } from "./review";
import { useReview } from "./useReview";

/** What kind of matter a class is, as people call it; classes not named here are 「個人的なこと」. */
const kinds: Record<string, string> = {
  illness: "health", checkup: "health", treatment: "health", condition: "health", genome: "health", disability: "disability",
  reproduction: "family", family: "family", marriage: "family",
  belief: "belief", union: "belief", harassment: "harassment", crisis: "crisis", money: "money",
};
type Choice = "two" | "record" | "out";

/** Health, family and the like: closed on every load. The employee opens it and decides how it stays. */
export function Closed({ statement, onShown, children }: { statement: Statement; onShown: (open: boolean) => void; children: React.ReactNode }) {
  const { t, lang } = useTexts("record");
  const { id, interview } = useHere();
  const { draft, employee, live, opened, left } = useReview();
  const say = useSaying();
  const group = useId();
  const [open, setOpen] = useState(false);
  const [choice, setChoice] = useState<Choice>(statement.audience === "hr" && !statement.sensitive ? "record" : "two");
  const edit = useEditDraft(id);
  const markNext = useOpened(id, draft.version + 1);
  const subject = t(`record:closed.class.${kinds[statement.class ?? ""] ?? "other"}`);
  const names = { subject, interviewer: calling(interview.interviewer.name, lang), employee: calling(interview.employee.name, lang) };
  const show = (v: boolean) => {
    setOpen(v);
    onShown(v);
  };
  const decide = async () => {
    if (choice === "two") {
      opened([statement.id]);
      show(false);
      return;
    }
    const patch = { statements: [choice === "out" ? { id: statement.id, remove: true } : { id: statement.id, sensitive: false, audience: "hr" as const }] };
    try {
      const next = await edit.mutateAsync({ n: draft.version, patch, once: onceKey() });
      if (choice === "record") await markNext.mutateAsync({ ids: [statement.id] }).catch(() => undefined); // it has been looked at; if not noted, it is asked again
      if (next.version) show(false);
    } catch {
      // said below; nothing was changed
    }
  };
  if (!open) {
    return (
      <div className="closed">
        <Icon name="lock" />
        <div>
          <p className="head">{t("record:closed.title", names)}</p>
          <p>{t(employee ? "record:closed.text_employee" : "record:closed.text_interviewer", names)}</p>
          <div className="acts">
            <button type="button" className="btn" onClick={() => show(true)}><Icon name="down" />{t(employee && left.has(statement.id) ? "record:closed.open_check" : "record:closed.open")}</button>
          </div>
        </div>
      </div>
    );
  }
  return (
    <div className="closed">
      <Icon name="lock" />
      <div>
        <p className="head">{t("record:closed.title_open", names)}</p>
        <p className="rec"><Plain>{statement.text}</Plain></p>
        <Evidence evidence={statement.evidence} owner={statement.id} />
        {employee && live && (
          <>
            <fieldset className="choices">
              <legend className="vh">{t("record:closed.how")}</legend>
              {(["two", "record", "out"] as const).map((c) => (
                <label className="choice" key={c}>
                  <input type="radio" name={group} checked={choice === c} onChange={() => setChoice(c)} />
                  <span>{t(`record:closed.choice.${c}`, names)}<small>{t(`record:closed.choice_note.${c}`, names)}</small></span>
                </label>
              ))}
            </fieldset>
            {(edit.isError || markNext.isError) && <p className="hint bad" role="alert">{say(edit.error ?? markNext.error)}</p>}
          </>
        )}
        <div className="acts">
          {employee && live && <button type="button" className="btn primary" disabled={edit.isPending} onClick={() => void decide()}>{t("record:closed.decide")}</button>}
          {children}
          <button type="button" className="btn quiet-btn" onClick={() => show(false)}>{t("common:close")}</button>
        </div>
      </div>
    </div>
  );
}
