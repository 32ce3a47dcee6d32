import { expect, it } from "vitest";
import { nameOf } from "./Export";

it("takes the name the server gives a file", () => {
  expect(nameOf("attachment; filename=____-2026-05-20.pdf; filename*=UTF-8''%E9%9D%A2%E8%AB%87%E8%A8%98%E9%8C%B2-2026-05-20.pdf", "x.pdf")).toBe("面談記録-2026-05-20.pdf");
  expect(nameOf('attachment; filename="interview record.pdf"', "x.pdf")).toBe("interview record.pdf");
  expect(nameOf("attachment; filename*=UTF-8''%E9%9", "x.pdf")).toBe("x.pdf");
  expect(nameOf(null, "x.pdf")).toBe("x.pdf");
});
