import { describe, expect, it } from "vitest";
import type { Schemas } from "../api/client";
import { changes, patchOf, placesOf, rebase, withEdit } from "./edits";
import { type Comment, comparedWith, type Draft, places, standing, type Statement, straysOf, threadsOf } from "./review";
import { owedTo } from "./replies";
import { nextOf } from "./useKeys";

const employee = "e";

function statement(id: string, more: Partial<Statement> = {}): Statement {
  return { id, text: `text of ${id}`, speaker: "employee", by: "ai", audience: "hr", sensitive: false, grounded: true, evidence: [], changed_by: null, ...more };
}

function draft(version: number, statements: Statement[], more: Partial<Draft> = {}): Draft {
  const section: Schemas["Section"] = { key: "wishes", title: "希望", state: "discussed", statements };
  return {
    interview: "x", version, template: "t@1", transcript: 1, language: "ja", created_at: "2026-05-21T00:00:00Z", stale: null,
    header: { employee: { name: "E" }, interviewer: { name: "I" }, recorded_on: "2026-05-20", place: null, purpose: "" } as Draft["header"],
    author: { kind: "ai" }, processing: { stt: null, llm: null }, summary: [], sections: [section], dropped: [],
    coverage: { speech_seconds: 1, transcribed_seconds: 1, segments: 1, segments_read: 1 }, cost: { audio_seconds: 0, input_tokens: 0, output_tokens: 0 },
    look: [], opened: [], latest: true, sealed: false, ...more,
  } as Draft;
}

function comment(id: string, author: string, more: Partial<Comment> = {}): Comment {
  return {
    id, interview: "x", draft: 1, statement: "a", author, kind: "comment", text: id, resolved: false, created_at: `2026-05-21T00:00:${id.padStart(2, "0")}Z`,
    updated_at: "2026-05-21T00:00:00Z", by: { id: author, name: author }, mine: false, etag: "", resolver: null, ...more,
  } as Comment;
}

describe("threads", () => {
  it("owe an answer while the employee has the last word and it is open", () => {
    const t = (list: Comment[]) => threadsOf(list, employee).get("a");
    expect(t([comment("1", employee)])?.owed).toBe(true);
    expect(t([comment("1", employee), comment("2", "i")])?.owed).toBe(false);
    expect(t([comment("1", employee), comment("2", "i"), comment("3", employee)])?.owed).toBe(true);
    expect(t([comment("1", employee, { resolved: true })])?.owed).toBe(false);
  });
  it("keep the order of time, leave out what was deleted, and count a reaction as no word", () => {
    const t = threadsOf([comment("3", "i", { kind: "reaction", text: "thanks" }), comment("2", employee), comment("1", "i"), comment("4", employee, { deleted_at: "2026-05-21T00:00:00Z" })], employee).get("a");
    expect(t?.comments.map((c) => c.id)).toEqual(["1", "2"]);
    expect([t?.owed, t?.reactions.length]).toEqual([true, 1]);
  });
});

describe("standing", () => {
  const two = [statement("a"), statement("b", { sensitive: true })];
  it("counts for the employee what the server lists and they have not opened", () => {
    const s = standing(draft(1, two, { look: ["b", "a", "#wishes"], opened: ["a"] }), new Map(), true);
    expect([s.all, s.left, s.statements, s.sensitive]).toEqual([["#wishes", "a", "b"], ["#wishes", "b"], 2, 1]);
  });
  it("takes ちがう as an answer until the interviewer has spoken, then asks again", () => {
    const d = draft(2, two, { look: ["a"] });
    const wrong = comment("1", employee, { kind: "dispute" });
    expect(standing(d, threadsOf([wrong], employee), true)).toMatchObject({ left: [], disputed: 1 });
    expect(standing(d, threadsOf([wrong, comment("2", "i")], employee), true)).toMatchObject({ left: ["a"], disputed: 0 });
  });
  it("counts for the interviewer what owes an answer, less what they have changed", () => {
    const t = threadsOf([comment("1", employee), comment("2", employee, { statement: "b" }), comment("3", employee, { statement: "" }), comment("4", employee, { statement: "gone" })], employee);
    expect(standing(draft(1, two), t, false).left).toEqual(["", "a", "b", "gone"]); // what is said of a sentence that went is still to be answered
    expect(standing(draft(1, two), t, false, new Set(["a"])).left).toEqual(["", "b", "gone"]);
    expect(straysOf(draft(1, two), t).map((x) => x.statement)).toEqual(["gone"]);
  });
  it("goes to the next one after where the reader is, and round again", () => {
    const order = ["", "#wishes", "a", "b"];
    expect(nextOf(["#wishes", "b"], order, "a")).toBe("b");
    expect(nextOf(["#wishes", "a"], order, "b")).toBe("#wishes");
    expect(nextOf(["b"], order, undefined)).toBe("b");
    expect(nextOf([], order, "a")).toBeUndefined();
  });
});

it("evidence of one segment is one place that spans its quotes", () => {
  expect(places([{ segment: 7, quote: "q2", start: 12, end: 15 }, { segment: 3, quote: "q1", start: 4, end: 6 }, { segment: 7, quote: "q3", start: 10, end: 13 }, { segment: 7, quote: "q2", start: 12, end: 15 }])).toEqual([
    { segment: 3, quotes: ["q1"], start: 4, end: 6 }, { segment: 7, quotes: ["q2", "q3"], start: 10, end: 15 },
  ]);
});

it("changes are told against the version the employee looked into last", () => {
  const v = (version: number, opened: string[] = []) => ({ version, opened });
  expect(comparedWith(1, [])).toBeUndefined();
  expect(comparedWith(4, [v(1, ["a"]), v(2, ["b"]), v(3)])).toBe(2);
  expect(comparedWith(4, [v(1), v(2), v(3)])).toBe(3);
});

describe("edits", () => {
  const base = draft(1, [statement("a"), statement("b"), statement("c")]);
  it("that change nothing are none", () => {
    expect(changes({ id: "a", text: " text of a " }, statement("a"))).toBe(false);
    expect(changes({ id: "a", text: "   " }, statement("a"))).toBe(false);
    expect(changes({ id: "a", due_date: "" }, statement("a"))).toBe(false);
    expect(changes({ id: "a", due_date: "2026-06-01" }, statement("a"))).toBe(true);
    let e = withEdit({ base: 1, list: [] }, { id: "a", text: "new" }, statement("a"));
    expect(e.list).toHaveLength(1);
    e = withEdit(e, { id: "a", text: "text of a" }, statement("a"));
    expect(e.list).toHaveLength(0);
  });
  it("go along onto a version that did not touch the same statements", () => {
    const newest = draft(2, [statement("a"), statement("b", { text: "theirs" }), statement("c")]);
    const r = rebase({ base: 1, list: [{ id: "a", text: "mine" }, { id: "new", section: "wishes", text: "more" }] }, base, newest);
    expect(r).toEqual({ edits: { base: 2, list: [{ id: "a", text: "mine" }, { id: "new", section: "wishes", text: "more" }] }, conflicts: [] });
  });
  it("meet what the other changed too, or removed", () => {
    const newest = draft(3, [statement("a", { text: "theirs" }), statement("b")]);
    const r = rebase({ base: 1, list: [{ id: "a", text: "mine" }, { id: "b", text: "mine too" }, { id: "c", text: "gone" }] }, base, newest);
    expect(r.edits.list.map((e) => e.id)).toEqual(["b"]);
    expect(r.conflicts.map((c) => [c.edit.id, c.theirs?.text])).toEqual([["a", "theirs"], ["c", undefined]]);
  });
  it("do not meet where both did the same", () => {
    const newest = draft(2, [statement("a", { text: "same" }), statement("b")]);
    expect(rebase({ base: 1, list: [{ id: "a", text: "same" }, { id: "c", remove: true }] }, base, newest)).toEqual({ edits: { base: 2, list: [] }, conflicts: [] });
  });
  it("become one patch with what changed alone", () => {
    const p = patchOf({ base: 1, list: [{ id: "a", text: " mine " }, { id: "b", text: "text of b", due_date: "2026-06-01" }, { id: "c", remove: true }, { id: "n", section: "wishes", text: "more" }] }, base);
    expect(p.statements).toEqual([{ id: "a", text: "mine" }, { id: "b", due_date: "2026-06-01" }, { id: "c", remove: true }, { section: "wishes", text: "more" }]);
  });
});

describe("the summary", () => {
  const said = (...texts: string[]) => texts.map((text, i) => ({ id: `s-${text}`, text, evidence: [{ segment: i + 1, quote: `q${i}`, start: 1, end: 2 }] }));
  const d = draft(1, [statement("a")], { summary: said("one", "two") });
  const sent = (text: string, n: number, was = text) => ({ id: `s-${was}`, text, evidence: [{ segment: n + 1, quote: `q${n}` }] });
  it("takes 「ちがう」 as statements do, and keeps it in another order", () => {
    const wrong = comment("1", employee, { kind: "dispute", statement: "s-two" });
    expect(standing(d, threadsOf([wrong], employee), true).disputed).toBe(1);
    expect(standing(d, threadsOf([wrong], employee), false).left).toEqual(["s-two"]);
    const turned = draft(2, [], { summary: said("two", "one") });
    expect(standing(turned, threadsOf([wrong], employee), false).left).toEqual(["s-two"]);
    expect(straysOf(turned, threadsOf([wrong], employee))).toEqual([]);
    expect(straysOf(draft(2, [], { summary: said("one") }), threadsOf([wrong], employee)).map((t) => t.statement)).toEqual(["s-two"]);
  });
  it("goes to the server as a whole, with names and the places it stands on", () => {
    const edits = withEdit({ base: 1, list: [] }, { id: "s-two", text: " zwei " }, placesOf(d).get("s-two"));
    expect(patchOf(edits, d)).toEqual({ summary: [sent("one", 0), sent("zwei", 1, "two")] });
    expect(patchOf({ base: 1, list: [{ id: "s-one", remove: true }, { id: "a", text: "b" }] }, d)).toEqual({ summary: [sent("two", 1)], statements: [{ id: "a", text: "b" }] });
    expect(patchOf({ base: 1, list: [{ id: "s-one", remove: true }, { id: "s-two", remove: true }] }, d)).toEqual({ summary: [] });
    expect(withEdit(edits, { id: "s-two", text: "two" }, placesOf(d).get("s-two")).list).toEqual([]);
  });
  it("moves onto a newer version, or asks", () => {
    const edits = { base: 1, list: [{ id: "s-one", text: "eins" }] };
    expect(rebase(edits, d, draft(2, [statement("a")], { summary: said("two", "one") })).conflicts).toEqual([]);
    const changed = said("one", "two").map((s) => (s.id === "s-one" ? { ...s, text: "un" } : s));
    expect(rebase(edits, d, draft(2, [statement("a")], { summary: changed })).conflicts.map((c) => c.theirs?.text)).toEqual(["un"]);
  });
  it("of an older program has names of places", () => {
    const old = draft(1, [], { summary: said("one", "two").map(({ text, evidence }) => ({ text, evidence })) });
    expect([...placesOf(old).keys()]).toEqual(["summary:0", "summary:1"]);
  });
});

it("an answer is owed to the employee's last open remark", () => {
  const t = (list: Comment[]) => threadsOf(list, employee).get("a");
  const of = (list: Comment[]) => { const x = t(list); return x && owedTo(x)?.id; };
  expect(of([comment("1", employee), comment("2", "i", { mine: true }), comment("3", employee)])).toBe("3");
  expect(of([comment("1", employee), comment("2", employee, { resolved: true })])).toBe("1");
  expect(of([comment("1", employee), comment("2", "i", { mine: true })])).toBe(undefined);
});
