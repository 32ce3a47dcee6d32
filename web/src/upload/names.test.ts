import { describe, expect, it } from "vitest";
import { kindOf, sizeText, stem } from "./files";
import { fingerprint } from "./fingerprint";
import { guessDay, nameWords, whoIs } from "./guess";
import { Memory } from "./memory";
import { level } from "./recorder";

const now = new Date(2026, 4, 21, 12);

it.each([
  ["20260520_a.m4a", "2026-05-20"], ["2026-5-9 talk.wav", "2026-05-09"], ["2026年5月20日.m4a", "2026-05-20"], ["面談_0521.m4a", "2026-05-21"], ["面談 1203.m4a", "2025-12-03"],
  ["GMT20260520-010032_x.mp4", "2026-05-20"], ["GMT20260519-160032_x.mp4", "2026-05-20"], ["5月8日の面談.m4a", "2026-05-08"], ["20260231.m4a", "2026-05-14"], ["20270101.m4a", "2026-05-14"],
  ["REC 23.m4a", "2026-05-14"], ["IMG_12345678.mov", "2026-05-14"],
])("the day of %s", (name, want) => expect(guessDay(name, new Date(2026, 4, 14, 9).getTime(), now)).toBe(want));

it("a file of tomorrow or of no time is of today", () => {
  expect(guessDay("x.wav", new Date(2026, 5, 1).getTime(), now)).toBe("2026-05-21");
  expect(guessDay("x.wav", 0, now)).toBe("2026-05-21");
});

it.each([
  ["20260520_渡会_上期面談.m4a", ["渡会"]], ["面談_岡田さん_0521.m4a", ["岡田"]], ["Teams_片山_1on1.mp4", ["片山"]], ["ボイスメモ 23.m4a", []], ["GMT20260520-010032_村井.mp4", ["村井"]],
  ["Interview Anna Wells 2026-05-01.mp4", ["Anna", "Wells"]], ["20260520.wav", []], ["高梨 拓也_キャリア面談.m4a", ["高梨", "拓也"]], ["録音.wav", []],
])("the names in %s", (name, want) => expect(nameWords(name)).toEqual(want));

describe("who is meant", () => {
  const people = [{ id: "1", name: "高梨 拓也" }, { id: "2", name: "村井 翔" }, { id: "3", name: "村井 里奈" }, { id: "4", name: "Anna Wells" }, { id: "5", name: "林 和子" }, { id: "6", name: "小林 優" }];
  it.each([
    [["高梨"], "1", false], [["高梨拓也"], "1", false], [["村井"], undefined, true], [["村井", "里奈"], "3", false], [["anna", "WELLS"], "4", false], [["林"], "5", false], [["佐藤"], undefined, false], [[], undefined, false],
  ])("%j", (words, id, many) => {
    const got = whoIs(words, people);
    expect([got.person?.id, got.many]).toEqual([id, many]);
  });
  it("counts a person found twice once", () => expect(whoIs(["高梨"], [...people, ...people]).person?.id).toBe("1"));
});

describe("files", () => {
  it.each([
    ["a.m4a", "", "recording"], ["a.VTT", "text/vtt", "captions"], ["a.docx", "", "captions"], ["a", "audio/mp4", "recording"], ["a.pdf", "application/pdf", undefined], ["a.exe", "", undefined],
  ])("%s (%s) is %s", (name, type, want) => expect(kindOf({ name, type })).toBe(want));
  it.each([
    ["GMT20260520_村井.mp4", "GMT20260520_村井.vtt"], ["Zoom.mp4", "zoom.transcript.vtt"], ["面談.m4a", "面談.ja.srt"], ["ガ.mp4", "ガ.vtt"], ["x.mp4", "x_transcript.vtt"],
  ])("%s and %s belong together", (a, b) => expect(stem(a)).toBe(stem(b)));
  it("others do not", () => expect(stem("a1.mp4")).not.toBe(stem("a2.vtt")));
  it.each([[400_000, "0.4 MB"], [30_100_000, "30 MB"], [412_000_000, "412 MB"], [2_147_483_648, "2.1 GB"], [0, "0.1 MB"]])("%i bytes", (n, want) => expect(sizeText(n)).toBe(want));
});

describe("recognising a file", () => {
  const f = { name: "20260520_渡会.m4a", size: 31_000_000, lastModified: 1_790_000_000_000 };
  it("is the same for the same file", () => expect(fingerprint({ ...f })).toBe(fingerprint(f)));
  it("tells name, size and time apart and holds no name", () => {
    const all = [f, { ...f, name: "20260520_渡辺.m4a" }, { ...f, size: 31_000_001 }, { ...f, lastModified: f.lastModified + 1 }].map(fingerprint);
    expect(new Set(all).size).toBe(4);
    for (const x of all) expect(x).toMatch(/^[0-9a-z]+-[0-9a-z]+$/);
  });
});

describe("memory", () => {
  const storage = () => {
    const m = new Map<string, string>();
    return { m, getItem: (k: string) => m.get(k) ?? null, setItem: (k: string, v: string) => void m.set(k, v), removeItem: (k: string) => void m.delete(k) } as unknown as Storage & { m: Map<string, string> };
  };
  it("keeps one word a file, for two days, for one person", () => {
    const s = storage();
    const a = new Memory("p1", s);
    a.keep({ file: "f", size: 1, interview: "i", captions: false });
    a.keep({ file: "f", size: 1, interview: "i", upload: "u", captions: true });
    expect(a.all()).toMatchObject([{ file: "f", upload: "u", captions: true }]);
    expect(new Memory("p2", s).all()).toEqual([]);
    expect(a.all(Date.now() + 49 * 3600_000)).toEqual([]);
    a.forget("f");
    expect(s.m.size).toBe(0);
  });
  it("lives without storage and with a broken one", () => {
    const s = storage();
    s.setItem("kikigaki.uploads:p", "{oops");
    expect(new Memory("p", s).all()).toEqual([]);
    const full = { getItem: () => null, setItem: () => { throw new DOMException("full", "QuotaExceededError"); }, removeItem: () => undefined } as unknown as Storage;
    expect(() => new Memory("p", full).keep({ file: "f", size: 1, interview: "i", captions: false })).not.toThrow();
  });
});

it.each([[0, 0], [1, 1], [0.1, 2 / 3], [0.0001, 0]])("loudness of %f", (v, want) => expect(level(new Float32Array(100).fill(v))).toBeCloseTo(want, 2));
