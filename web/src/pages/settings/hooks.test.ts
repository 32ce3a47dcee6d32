import { describe, expect, it } from "vitest";
import { type Delivery, events, isReason, phase, readAgain, standing, wanted } from "./hooks";

const now = Date.parse("2026-11-25T09:00:00Z");
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();
const delivery = (state: Delivery["state"], more: Partial<Delivery> = {}) => ({ state, type: "draft" as const, attempts: 0, next_try: at(0), ...more });

it("nothing chosen means all events, in their order", () => {
  expect(wanted({ events: [] })).toEqual(events);
  expect(wanted({ events: ["failed", "comment"] })).toEqual(["comment", "failed"]);
  expect(events).toContain("comment");
});

it.each([
  [{ active: true, failing_since: null }, "on"],
  [{ active: true, failing_since: at(-60) }, "failing"],
  [{ active: false, failing_since: null }, "off"],
  [{ active: false, failing_since: at(-60) }, "off"],
  [{ active: false, failing_since: at(-60), stopped: "webhook_gone" }, "stopped"],
])("an address %j is %s", (w, want) => expect(standing(w)).toBe(want));

describe("a delivery", () => {
  it.each([
    ["waiting", delivery("waiting"), true],
    ["again", delivery("waiting", { attempts: 2 }), true],
    ["held", delivery("waiting", { attempts: 2 }), false],
    ["waiting", delivery("waiting", { type: "ping" }), false],
    ["sending", delivery("sending", { attempts: 1 }), true],
    ["sent", delivery("sent", { attempts: 1 }), false],
    ["failed", delivery("failed", { attempts: 10 }), true],
  ])("is %s: %j, active %s", (want, d, active) => expect(phase(d, active)).toBe(want));
});

describe("the list is read again", () => {
  it.each([
    ["never when all has ended", [delivery("sent"), delivery("failed")], true, false],
    ["never when there is none", [], true, false],
    ["never for what is held", [delivery("waiting")], false, false],
    ["soon for a test to an address that is off", [delivery("waiting", { type: "ping" })], false, 2000],
    ["soon for what is being sent", [delivery("sent"), delivery("sending", { next_try: at(600) })], true, 2000],
    ["soon for what is due", [delivery("waiting", { next_try: at(10) })], true, 2000],
    ["later for what is put off", [delivery("waiting", { attempts: 3, next_try: at(11) })], true, 30_000],
  ])("%s", (_, list, active, want) => expect(readAgain(list, active, now)).toBe(want));
});

it("only known codes have words of their own", () => {
  expect(isReason("webhook_rejected")).toBe(true);
  expect(isReason("internal_error")).toBe(false);
  expect(isReason(undefined)).toBe(false);
});
