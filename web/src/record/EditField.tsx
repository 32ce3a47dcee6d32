import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useTexts } from "../texts/use";
import type { Edit } from "./edits";
import type { Statement } from "./review";

const owners = ["employee", "interviewer", "hr", "unknown"] as const;

interface Props {
  now: Statement | undefined;
  edit: Edit;
  action: boolean;
  onSave: (e: Edit) => void;
  onClose: () => void;
  /** Other words for who changes what they said themselves; see Rewrite. */
  own?: { label: string; note: string; keep: string };
  onText?: (text: string) => void;
  busy?: boolean;
  children?: ReactNode;
}

/** Changes a statement in place. What becomes of the change is the caller's matter: an interviewer's goes with the whole
 * revision, an employee's is saved at once. */
export function EditField({ now, edit, action, onSave, onClose, own, onText, busy = false, children }: Props) {
  const { t } = useTexts("record");
  const field = useId();
  const [text, setText] = useState(edit.text ?? now?.text ?? "");
  const [owner, setOwner] = useState<(typeof owners)[number]>(edit.owner ?? (owners.find((o) => o === now?.owner) ?? "unknown"));
  const [due, setDue] = useState(edit.due_date ?? now?.due_date ?? "");
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(area.current.value.length, area.current.value.length);
  }, []);
  const save = () => {
    if (!text.trim()) {
      area.current?.focus();
      return;
    }
    const dueChanged = action && due !== (now?.due_date ?? "");
    onSave({
      id: edit.id,
      ...(edit.section ? { section: edit.section } : {}),
      text,
      ...(action && owner !== (now?.owner ?? "unknown") ? { owner } : {}),
      ...(dueChanged ? { due_date: due, ...(now?.due ? { due: "" } : {}) } : {}),
    });
  };
  return (
    <div className="words">
      <div className="field">
        <label htmlFor={field}>{own?.label ?? t(edit.section ? "record:edit.new_label" : "record:edit.label")}</label>
        <textarea
          className="in rec-in" id={field} ref={area} value={text} maxLength={4000} aria-describedby={own ? `${field}-n` : undefined}
          onChange={(e) => {
            setText(e.target.value);
            onText?.(e.target.value);
          }}
          onKeyDown={(e) => {
            if (e.key === "Enter" && (e.metaKey || e.ctrlKey)) save();
            if (e.key === "Escape" && !e.nativeEvent.isComposing) onClose();
          }}
        />
      </div>
      {action && (
        <div className="pair">
          <div className="field">
            <label htmlFor={`${field}-o`}>{t("record:action.owner")}</label>
            <select className="in" id={`${field}-o`} value={owner} onChange={(e) => setOwner(e.target.value as (typeof owners)[number])}>
              {owners.map((o) => <option key={o} value={o}>{o === "unknown" ? t("record:action.nobody") : t(`common:part.${o}`)}</option>)}
            </select>
          </div>
          <div className="field">
            <label htmlFor={`${field}-d`}>{t("record:action.due")}</label>
            <input className="in" type="date" id={`${field}-d`} value={due} onChange={(e) => setDue(e.target.value)} />
          </div>
        </div>
      )}
      {own && <p className="hint" id={`${field}-n`}>{own.note}</p>}
      {children}
      <div className="acts">
        <button type="button" className="btn primary" disabled={busy} onClick={save}>{own?.keep ?? t("record:edit.keep")}</button>
        <button type="button" className="btn quiet-btn" onClick={onClose}>{t("common:stop")}</button>
        {!edit.section && <button type="button" className="btn link bad-link" onClick={() => onSave({ id: edit.id, remove: true })}>{t("record:edit.remove")}</button>}
      </div>
    </div>
  );
}
