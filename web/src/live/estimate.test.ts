import { expect, it } from "vitest";
import { remaining } from "./estimate";

it.each([
  [[], 12, undefined],
  [[{ at: 0, done: 3 }], 12, undefined],
  [[{ at: 0, done: 3 }, { at: 60_000, done: 3 }], 12, undefined],
  [[{ at: 0, done: 3 }, { at: 60_000, done: 6 }], 12, 120],
  [[{ at: 0, done: 3 }, { at: 60_000, done: 12 }], 12, undefined],
])("%j of %i", (samples, total, want) => expect(remaining(samples, total)).toBe(want));
