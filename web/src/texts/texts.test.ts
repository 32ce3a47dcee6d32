import { describe, expect, it } from "vitest";

const files = import.meta.glob<Record<string, unknown>>("./{ja,en}/*.json", { eager: true, import: "default" });
const sources = import.meta.glob<string>(["../**/*.{ts,tsx}", "!../**/*.test.{ts,tsx}", "!../api/types.ts"], { eager: true, query: "?raw", import: "default" });

function leaves(node: unknown, path: string, out: Map<string, string>) {
  if (typeof node === "string") out.set(path, node);
  else if (node && typeof node === "object") for (const [k, v] of Object.entries(node)) leaves(v, path ? `${path}.${k}` : k, out);
  else throw new Error(`${path}: neither text nor group`);
}

/** All texts of a language by "file:key"; forms of number (_one, _other) count as one. */
function texts(lang: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const [name, data] of Object.entries(files)) {
    const m = /^\.\/(ja|en)\/(\w+)\.json$/.exec(name);
    if (m?.[1] !== lang) continue;
    const of = new Map<string, string>();
    leaves(data, "", of);
    for (const [k, v] of of) out.set(`${m[2]}:${k.replace(/_(one|other)$/, "")}`, v);
  }
  return out;
}

const ja = texts("ja");
const en = texts("en");
const names = [...new Set([...ja.keys()].map((k) => k.split(":")[0]))].join("|");
const all = Object.values(sources).join("\n");
const whole = new Set([...all.matchAll(new RegExp(`["'\`]((?:${names}):[A-Za-z0-9_.#-]+)["'\`]`, "g"))].map((m) => m[1] ?? ""));
const heads = new Set([...all.matchAll(new RegExp(`\`((?:${names}):[A-Za-z0-9_.-]*)\\$\\{`, "g"))].map((m) => m[1] ?? ""));

describe("texts", () => {
  it("are there at all", () => {
    expect(ja.size).toBeGreaterThan(50);
    expect(whole.size).toBeGreaterThan(30);
  });

  it("are the same set in both languages", () => {
    expect([...ja.keys()].filter((k) => !en.has(k))).toEqual([]);
    expect([...en.keys()].filter((k) => !ja.has(k))).toEqual([]);
  });

  it("exist where the source names them", () => {
    expect([...whole].filter((k) => !ja.has(k))).toEqual([]);
    expect([...heads].filter((h) => ![...ja.keys()].some((k) => k.startsWith(h)))).toEqual([]);
  });

  it("are all used", () => {
    const unused = [...ja.keys()].filter((k) => !whole.has(k) && ![...heads].some((h) => h.includes(".") && k.startsWith(h)));
    expect(unused).toEqual([]);
  });

  it("are translated and take the same values", () => {
    const kana = /[\u3040-\u30ff\u4e00-\u9fff]/;
    const values = (s: string) => [...s.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).filter((v) => v !== "count").sort();
    for (const [k, v] of en) {
      expect(v.trim(), k).not.toBe("");
      expect(kana.test(v), `${k} in English: ${v}`).toBe(false);
      expect(values(v), k).toEqual(values(ja.get(k) ?? ""));
    }
    for (const [k, v] of ja) expect(kana.test(v) || /^[A-Za-z0-9 .:%()/?「」+-]*$/.test(v.replace(/\{\{\w+\}\}/g, "")), `${k} in Japanese: ${v}`).toBe(true);
  });

  it("show no internal name of a state and no exclamation mark", () => {
    const inside = /[a-z]_[a-z]|[!！]/; // states, kinds and codes are written with_lines; no word for people is
    expect([...ja, ...en].filter(([, v]) => inside.test(v.replace(/\{\{\w+\}\}/g, "")))).toEqual([]);
  });
});

it("no Japanese text stands in the source outside the text files", () => {
  const line = /["'`>][^"'`<>{}]*[\u3040-\u30ff\u4e00-\u9fff][^"'`<>{}]*["'`<{]/;
  const allowed = ["../time/format.ts", "../parts/names.ts", "../parts/Plain.tsx", "../record/questions.ts"]; // rules of the language itself
  const found = Object.entries(sources).filter(([f]) => !allowed.includes(f)).flatMap(([f, s]) =>
    s.split("\n").filter((l) => !/^\s*(\/\/|\*|\/\*)/.test(l) && line.test(l.replace(/\/\/.*$/, "").replace(/"日本語"|日本語/g, ""))).map((l) => `${f}: ${l.trim()}`));
  expect(found).toEqual([]);
});
