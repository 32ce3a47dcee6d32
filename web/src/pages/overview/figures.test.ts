import { describe, expect, it } from "vitest";
import { departments, interviewed, late, leastGroup, notYet, readsList } from "./figures";

const people = (department: string, n: number, from = 0) => Array.from({ length: n }, (_, i) => ({ id: `${department}${from + i}`, name: `n${i}`, department, disabled: false }));
const talk = (id: string, status: "approved" | "in_review" | "needs_consent" | "erased" = "approved", since?: string) => ({ id: `i-${id}`, employee: { id, name: id }, status, waiting_for: status === "in_review" ? ("employee" as const) : null, review_since: since ?? null, recorded_on: "2026-05-20" });

describe("departments", () => {
  it("counts each person once", () => {
    const got = departments(people("A", 6), [talk("A0"), talk("A0"), talk("A1", "in_review"), talk("A2", "needs_consent"), talk("A3", "erased")]);
    expect(got).toEqual([{ name: "A", people: 6, interviewed: 2, confirmed: 1 }]);
  });
  it("puts the small ones together and never shows fewer than five", () => {
    expect(departments([...people("A", 9), ...people("B", 3), ...people("C", 2)], [talk("B0")])).toEqual([{ name: "A", people: 9, interviewed: 0, confirmed: 0 }, { name: "", people: 5, interviewed: 1, confirmed: 1 }]);
    expect(departments([...people("B", 2), ...people("C", 2)], [])).toEqual([]);
  });
  it("lets nobody count back a group that is left out", () => {
    const got = departments([...people("A", 9), ...people("B", 6), ...people("C", 2)], [talk("C0")]);
    expect(got.map((g) => [g.name, g.people])).toEqual([["A", 9], ["", 8]]);
  });
  it("never shows a small group, whatever the sizes", () => {
    for (let a = 0; a < 8; a++) for (let b = 0; b < 8; b++) for (let c = 0; c < 8; c++) {
      const all = [...people("A", a), ...people("B", b), ...people("C", c)];
      const got = departments(all, []);
      for (const g of got) expect(g.people).toBeGreaterThanOrEqual(leastGroup);
      const left = all.length - got.reduce((s, g) => s + g.people, 0);
      expect(left === 0 || got.length === 0, `${a} ${b} ${c}: ${left} left out beside shown groups`).toBe(true);
    }
  });
  it("does not count who has left", () => expect(departments(people("A", 6).map((p, i) => ({ ...p, disabled: i > 3 })), [])).toEqual([]));
});

it("late are those who have had the record more than seven days", () => {
  const now = new Date(2026, 4, 21, 12);
  const at = (d: number) => new Date(2026, 4, d, 9).toISOString();
  const got = late([talk("a", "in_review", at(13)), talk("b", "in_review", at(14)), talk("c", "in_review", at(1)), talk("d", "approved", at(1)), talk("e", "in_review")], now);
  expect(got.map((x) => [x.interview.employee.id, x.days])).toEqual([["c", 13], ["a", 1]]);
});

it("not yet are those without a talk", () => {
  const all = [...people("B", 2), ...people("A", 2)];
  expect(notYet(all, [talk("A0"), talk("B1", "needs_consent")]).map((p) => p.id)).toEqual(["A1", "B0", "B1"]);
});

it("interviewed are those who have talked, each once", () => {
  expect(interviewed([talk("a"), talk("a", "in_review"), talk("b", "needs_consent"), talk("c", "erased"), talk("d", "in_review")])).toBe(2);
});

it("only hr reads the list of all interviews; to others it is empty, and to count in it would say that nobody was interviewed", () => {
  expect(readsList(["hr"])).toBe(true);
  expect(readsList(["interviewer", "hr"])).toBe(true);
  expect(readsList(["admin"])).toBe(false);
});
