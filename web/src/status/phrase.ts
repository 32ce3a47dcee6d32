import type { Schemas } from "../api/client";
import type { IconName } from "../parts/icons";
import { calling } from "../parts/names";
import { daysBetween, type Lang, length, parseDay } from "../time/format";

type Interview = Schemas["Interview"];

/** How a status looks: whose turn it is (you), work going on (run), held up (warn), stopped (bad), done, gone, or quiet. */
export type Tone = "you" | "run" | "warn" | "you warn" | "bad" | "done" | "gone" | "";

/** One status as a person reads it. `text` and `note` are keys of the texts. */
export interface Phrase {
  tone: Tone;
  icon: IconName;
  text: string;
  note?: string;
  values: Record<string, string | number>;
  /** A moment that the note names; shown as people speak of it. */
  at?: string;
  /** 0 to 1 while a step counts. */
  share?: number;
}

/** After so many days without an answer the wait is told as overdue. */
export const answerDays = 7;

/** What is told beside a step: that nothing goes on, its place in the queue, or the time it will still take; nothing where that
 * cannot be told. */
export function standingOf(progress: Interview["progress"], lang: Lang): { note: string; values: Phrase["values"] } | undefined {
  if (!progress) return undefined;
  const { ahead, seconds, held } = progress;
  if (held) return { note: `common:note.${held}`, values: {} };
  if (ahead !== null) return { note: ahead > 0 ? "common:note.ahead" : "common:note.next", values: { count: ahead } };
  if (seconds === null) return undefined;
  return seconds < 60 ? { note: "common:note.soon", values: {} } : { note: "common:note.left", values: { length: length(Math.ceil(seconds / 60) * 60, lang, 0) } };
}

/** The one phrase for where an interview stands, from the side of the person who reads it. `comments` = remarks of the
 * employee that nobody has answered, when known. */
export function phraseOf(x: Interview, now: Date, lang: Lang, comments = x.owed): Phrase {
  const employee = x.relation === "subject";
  const mine = x.relation === "interviewer";
  const values: Phrase["values"] = { interviewer: calling(x.interviewer.name, lang), employee: calling(x.employee.name, lang), version: x.draft, count: comments };
  const p = (tone: Tone, icon: IconName, text: string, more: Partial<Phrase> = {}): Phrase => ({ tone, icon, text: `common:status.${text}`, values, ...more });
  const progress = x.progress && x.progress.total > 0 ? x.progress : undefined;
  const stands = standingOf(x.progress, lang);
  const beside: Partial<Phrase> = stands ? { note: stands.note, values: { ...values, ...stands.values } } : {};
  const run = x.progress?.held ? "" : "run";
  switch (x.status) {
    case "needs_consent":
      if (employee) return p("you", "consent", "needs_consent_employee");
      return p(mine ? "you warn" : "warn", "consent", "needs_consent", { note: "common:note.after_consent" });
    case "awaiting_recording": {
      if (x.by_hand) return p(mine ? "you" : "", "hand", employee ? "by_hand_employee" : "by_hand");
      const t = parseDay(x.recorded_on);
      const days = t ? daysBetween(t, now) : 0;
      if (days < 0) return p(mine ? "you" : "", "calendar", employee ? "before_talk_employee" : "before_talk");
      return p(mine ? "you" : "", "mic", "awaiting_recording", days > 0 ? { note: "common:note.since_talk", values: { ...values, count: days } } : {});
    }
    case "queued":
      return p("", "clock", "queued", beside);
    case "preparing":
      return p(run, "wave", "preparing", beside);
    case "transcribing":
      if (!progress) return p(run, "wave", "transcribing", beside);
      return p(run, "wave", "transcribing_count", { ...beside, values: { ...values, ...beside.values, done: progress.done, total: progress.total }, share: progress.done / progress.total });
    case "drafting":
      return p(run, "pen", "drafting", beside);
    case "revising":
      return p(run, "pen", "revising", beside);
    case "needs_transcription":
      return employee ? p("", "clock", "needs_transcription_employee") : p("warn", "cc", "needs_transcription");
    case "checking":
      return employee ? p("", "eye", "checking_employee") : p(mine ? "you" : "", "eye", mine ? "checking" : "checking_other");
    case "in_review": {
      const at = x.review_since ?? undefined;
      if (x.waiting_for === "interviewer") {
        if (employee) return p("", "wait", "in_review_answer", at ? { note: "common:note.at", at } : {});
        if (!mine) return p("", "wait", "in_review_answer", at ? { note: "common:note.at", at } : {});
        return p("you", comments ? "comment" : "edit", comments ? "comments" : "changes_requested", at ? { note: "common:note.at", at } : {});
      }
      if (employee) return p("you", "eye", "in_review_employee", at ? { note: "common:note.sent", at } : {});
      const late = at ? daysBetween(new Date(at), now) - answerDays : 0;
      if (late > 0) return p("warn", "alert", "in_review_late", { note: "common:note.sent", at, values: { ...values, count: late } });
      if (comments && mine) return p("you", "comment", "comments", at ? { note: "common:note.sent", at } : {});
      return p("", "wait", x.draft > 0 ? "in_review_version" : "in_review", at ? { note: "common:note.sent", at } : {});
    }
    case "approved":
      return p("done", "seal", x.sealed > 0 ? "approved_version" : "approved", { values: { ...values, version: x.sealed }, ...(x.approved_at ? { note: "common:note.at", at: x.approved_at } : {}) });
    case "closed_unconfirmed":
      return p("", "dash", "closed_unconfirmed");
    case "failed":
      if (employee) return p("", "stop", "failed_employee", { note: "common:note.interviewer_acts" });
      return p("bad", "stop", "failed");
    case "erased":
      return p("gone", "trash", "erased", { note: "common:note.at", at: x.updated_at });
  }
}

/** The groups of a list, in the order a person works through them. */
export const groups = ["you", "run", "wait", "done"] as const;
export type Group = (typeof groups)[number];

/** Which group an interview belongs to for the person who reads. */
export function groupOf(x: Interview, now: Date, lang: Lang): Group {
  if (["queued", "preparing", "transcribing", "drafting", "revising"].includes(x.status)) return "run";
  if (["approved", "closed_unconfirmed", "erased"].includes(x.status)) return "done";
  const { tone } = phraseOf(x, now, lang);
  return tone.includes("you") || (tone === "bad" && x.relation !== "subject") || (tone === "warn" && x.status === "needs_transcription") ? "you" : "wait";
}
