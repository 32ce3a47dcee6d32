import { expect, it } from "vitest";
import { safeNext } from "./SignIn";

it.each([
  ["/interviews/1?v=2", "/interviews/1?v=2"], [null, "/"], ["https://evil.example", "/"], ["//evil.example", "/"], ["/\\evil", "/"], ["/auth/out", "/"], ["/signin?next=/", "/"], ["", "/"],
])("%s", (next, want) => expect(safeNext(next)).toBe(want));
