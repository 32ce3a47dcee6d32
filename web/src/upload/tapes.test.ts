import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { describe, expect, it } from "vitest";
import { Tapes } from "./tapes";

const tape = (id: string, at = 1, person = "p") => ({ id, person, at, type: "audio/webm" });

describe("tapes", () => {
  it("give back the pieces in order, after a reload too", async () => {
    const disk = new IDBFactory();
    const before = new Tapes(disk);
    await before.begin(tape("a"));
    for (const n of [0, 2, 1, 10]) await before.add("a", n, new Blob([`<${n}>`]));
    await before.begin(tape("b", 0));
    await before.add("b", 0, new Blob(["other"]));
    await before.begin(tape("c", 0, "somebody else"));
    const after = new Tapes(disk);
    expect((await after.all("p")).map((t) => t.id)).toEqual(["b", "a"]);
    const file = await after.file(tape("a", 77), "x.webm");
    expect([file?.name, file?.type, file?.lastModified]).toEqual(["x.webm", "audio/webm", 77]);
    expect(file?.size).toBe("<0><1><2><10>".length);
  });

  it("are erased whole, and one that kept nothing is no file", async () => {
    const t = new Tapes(new IDBFactory());
    await t.begin(tape("a"));
    expect(await t.file(tape("a"), "x")).toBeUndefined();
    await t.add("a", 0, new Blob(["x"]));
    await t.begin(tape("ab"));
    await t.add("ab", 0, new Blob(["y"]));
    await t.erase("a");
    expect(await t.file(tape("a"), "x")).toBeUndefined();
    expect((await t.file(tape("ab"), "x"))?.size).toBe(1);
    expect((await t.all("p")).map((x) => x.id)).toEqual(["ab"]);
  });
});
