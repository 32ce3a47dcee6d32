import { describe, expect, it } from "vitest";
import { day, daysBetween, dayText, length, moment, overdue, parseDay, position, stamp } from "./format";

const now = new Date(2026, 4, 21, 12, 0); // Thursday 21 May 2026, noon

describe("moment", () => {
  it.each([
    [new Date(2026, 4, 21, 14, 5), "今日 14:05", "today 14:05"],
    [new Date(2026, 4, 21, 0, 0), "今日 0:00", "today 0:00"],
    [new Date(2026, 4, 20, 17, 40), "昨日 17:40", "yesterday 17:40"],
    [new Date(2026, 4, 22, 10, 0), "明日 10:00", "tomorrow 10:00"],
    [new Date(2026, 4, 18, 23, 59), "3日前", "3 days ago"],
    [new Date(2026, 4, 14, 12, 0), "5月14日(木)", "Thu 14 May"],
    [new Date(2025, 10, 22, 9, 0), "2025年11月22日(土)", "Sat, 22 Nov 2025"],
    [new Date(2026, 10, 22, 9, 0), "11月22日(日)", "Sun 22 Nov"],
  ])("%s", (t, ja, en) => {
    expect(moment(t, now, "ja")).toBe(ja);
    expect(moment(t, now, "en").replace("Sun, ", "Sun ").replace("Thu, ", "Thu ")).toBe(en);
  });
  it("tells the hour when it must be exact", () => {
    expect(moment(new Date(2026, 4, 18, 9, 3), now, "ja", true)).toBe("5月18日(月) 9:03");
  });
});

describe("day", () => {
  it("has the year when asked or when it is another", () => {
    expect(day(new Date(2026, 10, 22), now, "ja", true)).toBe("2026年11月22日(日)");
    expect(day(new Date(2027, 0, 1), now, "ja")).toBe("2027年1月1日(金)");
  });
  it("reads only real days", () => {
    expect(parseDay("2026-02-30")).toBeUndefined();
    expect(parseDay("20260220")).toBeUndefined();
    expect(dayText(parseDay("2028-02-29") ?? now)).toBe("2028-02-29");
  });
  it("counts days across the change to summer time and midnight", () => {
    expect(daysBetween(new Date(2026, 2, 28, 23, 59), new Date(2026, 2, 30, 0, 1))).toBe(2);
    expect(daysBetween(new Date(2026, 4, 22), now)).toBe(-1);
  });
});

it("on paper a moment has its year", () => {
  expect(stamp(new Date(2026, 4, 21, 14, 5), "ja")).toBe("2026年5月21日(木) 14:05");
  expect(stamp(new Date(2026, 4, 21, 14, 5), "en")).toBe("Thu, 21 May 2026 14:05");
});

describe("lengths and positions", () => {
  it.each([[0, "0:00"], [125, "2:05"], [754.9, "12:34"], [3725, "1:02:05"], [-3, "0:00"]])("position %f", (s, want) => expect(position(s)).toBe(want));
  it.each([[748, "12分28秒"], [2220, "37分"], [3900, "1時間5分"], [5, "5秒"], [0, "0秒"], [3600, "1時間"]])("length %f", (s, want) => expect(length(s, "ja")).toBe(want));
});

describe("overdue", () => {
  it.each([["2026-05-15", 6], ["2026-05-21", 0], ["2026-06-03", -13], ["", undefined], ["next week", undefined]])("%s", (d, want) => expect(overdue(d, now)).toBe(want));
});
