import { describe, expect, it } from "vitest";
import type { Schemas } from "../api/client";
import { groupOf, phraseOf } from "./phrase";

const now = new Date(2026, 4, 21, 12, 0);
type Interview = Schemas["Interview"];

function talk(more: Partial<Interview>): Interview {
  return {
    id: "x", employee: { id: "e", name: "高梨 拓也" }, interviewer: { id: "i", name: "佐伯 真理" }, opened_by: "i", template: "career-interview", language: "ja",
    recorded_on: "2026-05-15", place: null, purpose: "", processing: "internal", status: "in_review", waiting_for: "employee", progress: null, error: null,
    last_error: null, consent: null, recording: null, transcript: 0, draft: 2, sealed: 0, by_hand: false, hold: false, owed: 0, relation: "interviewer", held_by: null, closed: false, can: [],
    created_at: "2026-05-15T00:00:00Z", updated_at: "2026-05-21T00:00:00Z", review_since: "2026-05-21T00:12:00Z", approved_at: null, ...more,
  };
}

const states: Interview["status"][] = ["needs_consent", "awaiting_recording", "queued", "preparing", "transcribing", "needs_transcription", "drafting", "checking", "in_review", "revising", "approved", "closed_unconfirmed", "failed", "erased"];

describe("phraseOf", () => {
  it.each(states)("has a phrase for %s from every side", (status) => {
    for (const relation of ["subject", "interviewer", "hr"] as const) {
      expect(phraseOf(talk({ status, relation }), now, "ja").text).toMatch(/^common:status\./);
    }
  });

  it("is bold for the one whose turn it is, and only for them", () => {
    const turn: [Partial<Interview>, boolean, boolean][] = [
      [{ status: "needs_consent" }, true, true],
      [{ status: "awaiting_recording" }, false, true],
      [{ status: "checking" }, false, true],
      [{ status: "in_review", waiting_for: "employee" }, true, false],
      [{ status: "in_review", waiting_for: "interviewer" }, false, true],
      [{ status: "approved" }, false, false],
      [{ status: "transcribing" }, false, false],
    ];
    for (const [more, employee, interviewer] of turn) {
      expect(phraseOf(talk({ ...more, relation: "subject" }), now, "ja").tone.includes("you"), `${more.status} employee`).toBe(employee);
      expect(phraseOf(talk({ ...more, relation: "interviewer" }), now, "ja").tone.includes("you"), `${more.status} interviewer`).toBe(interviewer);
      expect(phraseOf(talk({ ...more, relation: "hr" }), now, "ja").tone.includes("you"), `${more.status} hr`).toBe(false);
    }
  });

  it("counts chunks once there is something to count", () => {
    expect(phraseOf(talk({ status: "transcribing", progress: { step: "transcribing", done: 0, total: 0, ahead: null, seconds: null } }), now, "ja").text).toBe("common:status.transcribing");
    const p = phraseOf(talk({ status: "transcribing", progress: { step: "transcribing", done: 7, total: 12, ahead: null, seconds: null } }), now, "ja");
    expect([p.text, p.values.done, p.values.total, p.share]).toEqual(["common:status.transcribing_count", 7, 12, 7 / 12]);
  });

  it("says the place in the queue, the time that is left, and that nothing goes on", () => {
    const told = (more: Partial<NonNullable<Interview["progress"]>>, status: Interview["status"] = "queued") => {
      const p = phraseOf(talk({ status, progress: { step: "queued", done: 0, total: 0, ahead: null, seconds: null, ...more } }), now, "ja");
      return [p.tone, p.note, p.values.count, p.values.length];
    };
    expect(told({})).toEqual(["", undefined, 0, undefined]);
    expect(told({ ahead: 2 })).toEqual(["", "common:note.ahead", 2, undefined]);
    expect(told({ ahead: 0 })).toEqual(["", "common:note.next", 0, undefined]);
    expect(told({ seconds: 200 }, "drafting")).toEqual(["run", "common:note.left", 0, "4分"]);
    expect(told({ seconds: 5400, done: 1, total: 9 }, "transcribing")).toEqual(["run", "common:note.left", 0, "1時間30分"]);
    expect(told({ seconds: 40 }, "preparing")).toEqual(["run", "common:note.soon", 0, undefined]);
    expect(told({ held: "away", ahead: 2 })).toEqual(["", "common:note.away", 0, undefined]);
    expect(told({ held: "waiting" }, "transcribing")).toEqual(["", "common:note.waiting", 0, undefined]);
  });

  it("says how many days a recording or an answer is late", () => {
    expect(phraseOf(talk({ status: "awaiting_recording" }), now, "ja").values.count).toBe(6);
    const late = phraseOf(talk({ review_since: "2026-05-13T00:00:00Z" }), now, "ja");
    expect([late.tone, late.values.count]).toEqual(["warn", 1]);
    expect(phraseOf(talk({ review_since: "2026-05-14T00:00:00Z" }), now, "ja").tone).toBe("");
  });

  it("never tells the employee why processing stopped, and never calls it red", () => {
    const p = phraseOf(talk({ status: "failed", relation: "subject" }), now, "ja");
    expect([p.tone, p.text]).toEqual(["", "common:status.failed_employee"]);
  });

  it("tells a talk that is still to come from one without a recording", () => {
    expect(phraseOf(talk({ status: "awaiting_recording", recorded_on: "2026-05-22" }), now, "ja").text).toBe("common:status.before_talk");
  });
});

describe("groupOf", () => {
  it.each([
    [{ status: "transcribing" }, "run"], [{ status: "approved" }, "done"], [{ status: "in_review", waiting_for: "interviewer" }, "you"], [{ status: "in_review" }, "wait"],
    [{ status: "failed" }, "you"], [{ status: "needs_transcription" }, "you"], [{ status: "failed", relation: "subject" }, "wait"],
  ] as [Partial<Interview>, string][])("%j", (more, want) => expect(groupOf(talk(more), now, "ja")).toBe(want));
});
