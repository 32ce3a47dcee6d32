import { describe, expect, it } from "vitest";
import type { Schemas } from "../api/client";
import { calling, shortName } from "../parts/names";
import { merge } from "./InsightsTab";
import { lanesOf } from "./lanes";
import { questionIn } from "./questions";
import { atSecond, cut, find } from "./segments";
import { runs } from "./Tops";
import { wordDiff } from "./wordDiff";

const join = (d: ReturnType<typeof wordDiff>, not: string) => d.filter((p) => p.kind !== not).map((p) => p.text).join("");

describe("wordDiff", () => {
  it.each([
    ["お客さんを訪ねる時間がない。", "お客さんを訪ねる時間が足りない。"], ["", "新しい文"], ["消える文", ""], ["I want to move.", "I want to move to planning."], ["同じ", "同じ"], ["𠮷田さん", "吉田さん"], ["あ".repeat(2000), "い".repeat(2000)],
  ])("gives both texts back: %s", (a, b) => {
    const d = wordDiff(a, b);
    expect(join(d, "ins")).toBe(a);
    expect(join(d, "del")).toBe(b);
  });
  it("keeps what is the same in one piece", () => {
    expect(wordDiff("週に2日くらい", "週に3日くらい").filter((p) => p.kind === "same").length).toBe(2);
  });
});

function segments(n: number): Schemas["Segment"][] {
  return Array.from({ length: n }, (_, i) => ({ id: i + 1, start: i * 4, end: i * 4 + 3, speaker: i % 2 ? "B" : "A", text: i === 5 ? "みさご製菓さんの Ｖａｌｕｅ 交渉" : `発言${i}` }));
}

describe("segments", () => {
  it.each([[-1, -1], [0, 0], [3.5, 0], [4, 1], [1e9, 2999]])("at second %f", (s, want) => expect(atSecond(segments(3000), s)).toBe(want));
  it("are found whatever width, case and spaces", () => {
    expect(find(segments(10), "value交渉")).toEqual([5]);
    expect(find(segments(10), "  ")).toEqual([]);
  });
  it("are cut where quotes stand, overlaps joined, strangers left out", () => {
    expect(cut("あいうえお", ["いう", "うえ", "かか", ""])).toEqual([{ text: "あ", marked: false }, { text: "いうえ", marked: true }, { text: "お", marked: false }]);
    expect(cut("あ", [])).toEqual([{ text: "あ", marked: false }]);
    expect(cut("", ["あ"])).toEqual([]);
  });
});

describe("lanes", () => {
  const loud = Array.from({ length: 20 }, (_, i) => (i % 2 ? 100 : -100));
  const quiet = Array.from({ length: 20 }, () => 0);
  it("are the channels where there is a speaker a channel", () => {
    const l = lanesOf({ duration: 10, data: [loud, quiet] }, ["interviewer", "employee"], [], 5);
    expect([l.interviewer, l.employee]).toEqual([[1, 1, 1, 1, 1], [0, 0, 0, 0, 0]]);
  });
  it("follow the transcript where both voices are in one", () => {
    const l = lanesOf({ duration: 10, data: [loud] }, [], [{ start: 0, end: 4, part: "employee" }, { start: 5, end: 10, part: "interviewer" }], 5);
    expect([l.employee, l.interviewer]).toEqual([[1, 1, 0, 0, 0], [0, 0, 1, 1, 1]]);
  });
});

it("ids that follow each other are a range", () => expect(runs([5, 3, 4, 9, 3])).toEqual([[3, 5], [9, 9]]));
it("neighbouring stretches are one", () => expect(merge([{ start: 10, end: 12 }, { start: 1, end: 3 }, { start: 12.5, end: 20 }])).toEqual([{ start: 1, end: 3 }, { start: 10, end: 20 }]));
it.each([["高梨 拓也", "高梨", "高梨さん"], ["髙橋　一", "髙橋", "髙橋さん"], ["Paul Reed", "Paul Reed", "Paul Reedさん"], ["マリア", "マリア", "マリアさん"]])("%s is called", (name, short, called) => {
  expect(shortName(name)).toBe(short);
  expect(calling(name, "ja")).toBe(called);
});

it.each([
  ["はい、じゃあ。最近どうですか。", "最近どうですか。"], ["うん。もうちょっと聞かせてもらっていいですか", "もうちょっと聞かせてもらっていいですか"], ["Right. How is it going?", "How is it going?"],
  ["それは毎週？", "それは毎週？"], ["うんうん、なるほど", "うんうん、なるほど"], ["", ""],
])("asks in %s", (line, want) => expect(questionIn(line)).toBe(want));
