import { expect, it } from "vitest";
import { lineAt } from "./lines";

it.each([
  ["a\nbb\nc", 1, 0, 1], ["a\nbb\nc", 2, 2, 4], ["a\nbb\nc", 3, 5, 6], ["a\nbb\nc", 9, 5, 6], ["a\nbb\nc", 0, 0, 1], ["", 1, 0, 0], ["題: x\n", 2, 5, 5],
])("%j line %i", (text, line, from, to) => expect(lineAt(text, line)).toEqual({ from, to }));
