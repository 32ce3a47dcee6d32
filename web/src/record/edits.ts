import type { Schemas } from "../api/client";
import { type Draft, type Statement, sentenceId, statementsOf } from "./review";

/** A change to one statement that is not sent yet. Absent fields stay as they are. */
export interface Edit {
  id: string;
  /** A new statement: its section; its id is made here and not sent. */
  section?: string;
  text?: string;
  owner?: "employee" | "interviewer" | "hr" | "unknown";
  due?: string;
  due_date?: string;
  remove?: boolean;
}

/** The changes somebody is making to a version, kept in this browser until they are sent. */
export interface Edits {
  base: number;
  list: Edit[];
}

/** A statement that two people changed: what it was, theirs, ours. */
export interface Conflict {
  edit: Edit;
  theirs: Statement | undefined;
}

/** Puts a change into the list; one that changes nothing any more leaves it. */
export function withEdit(edits: Edits, edit: Edit, now: Statement | undefined): Edits {
  const rest = edits.list.filter((e) => e.id !== edit.id);
  return changes(edit, now) ? { ...edits, list: [...rest, edit] } : { ...edits, list: rest };
}

/** Whether an edit differs from the statement as it stands. */
export function changes(edit: Edit, now: Statement | undefined): boolean {
  if (edit.section) return !edit.remove && (edit.text ?? "").trim() !== "";
  if (!now) return false;
  if (edit.remove) return true;
  return (edit.text !== undefined && edit.text.trim() !== now.text && edit.text.trim() !== "") || (edit.owner !== undefined && edit.owner !== now.owner)
    || (edit.due !== undefined && edit.due !== (now.due ?? "")) || (edit.due_date !== undefined && edit.due_date !== (now.due_date ?? ""));
}

/** Everything of a version that can be changed in place, by its id; a sentence of the summary stands among them as one. */
export function placesOf(draft: Draft): Map<string, Statement> {
  const out = new Map<string, Statement>();
  for (const [i, s] of draft.summary.entries()) {
    const id = sentenceId(s, i);
    out.set(id, { id, text: s.text, evidence: s.evidence ?? [], by: "", audience: "both", speaker: "unknown", sensitive: false, grounded: true, changed_by: null });
  }
  for (const { statement } of statementsOf(draft)) out.set(statement.id, statement);
  return out;
}

const shown = (s: Statement | undefined) => (s ? JSON.stringify([s.text, s.owner ?? "", s.due ?? "", s.due_date ?? ""]) : "");

/** Moves changes made on `base` onto `newest`. What nobody else touched goes along; what they changed too (differently) or
 * removed is a conflict for the person to decide. */
export function rebase(edits: Edits, base: Draft, newest: Draft): { edits: Edits; conflicts: Conflict[] } {
  const before = placesOf(base);
  const after = placesOf(newest);
  const list: Edit[] = [];
  const conflicts: Conflict[] = [];
  for (const e of edits.list) {
    if (e.section) {
      list.push(e);
      continue;
    }
    const theirs = after.get(e.id);
    if (!theirs && e.remove) continue; // both removed it
    if (theirs && shown(before.get(e.id)) === shown(theirs)) list.push(e);
    else if (theirs && !changes(e, theirs)) continue; // both made the same change
    else conflicts.push({ edit: e, theirs });
  }
  return { edits: { base: newest.version, list }, conflicts };
}

/** The call's body for a list of changes. */
export function patchOf(edits: Edits, draft: Draft): Schemas["DraftPatch"] {
  const named = new Set(draft.summary.map(sentenceId));
  const sentences = new Map(edits.list.filter((e) => named.has(e.id)).map((e) => [e.id, e]));
  // The summary goes as a whole; each sentence keeps its id.
  const summary = draft.summary.flatMap((s, i) => {
    const id = sentenceId(s, i);
    const e = sentences.get(id);
    return e?.remove ? [] : [{ id, text: (e?.text ?? s.text).trim(), evidence: (s.evidence ?? []).map((x) => ({ segment: x.segment, quote: x.quote })) }];
  });
  const list = edits.list.filter((e) => !named.has(e.id));
  return {
    ...(sentences.size > 0 ? { summary } : {}),
    ...(list.length > 0 || sentences.size === 0 ? { statements: list.map((e) => {
      if (e.section) return { section: e.section, text: (e.text ?? "").trim(), ...(e.owner ? { owner: e.owner } : {}), ...(e.due_date ? { due_date: e.due_date } : {}) };
      if (e.remove) return { id: e.id, remove: true };
      const now = statementsOf(draft).find((x) => x.statement.id === e.id)?.statement;
      return {
        id: e.id,
        ...(e.text !== undefined && e.text.trim() !== now?.text ? { text: e.text.trim() } : {}),
        ...(e.owner !== undefined ? { owner: e.owner } : {}),
        ...(e.due !== undefined ? { due: e.due } : {}),
        ...(e.due_date !== undefined ? { due_date: e.due_date } : {}),
      };
    }) } : {}),
  };
}
