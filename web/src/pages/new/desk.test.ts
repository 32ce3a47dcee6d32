import { describe, expect, it } from "vitest";
import type { Schemas } from "../../api/client";
import { Problem, Unreachable } from "../../api/problem";
import { Memory } from "../../upload/memory";
import type { Wire } from "../../upload/wire";
import { Desk, type DeskOptions } from "./desk";
import type { Office } from "./office";
import { belongs, needsLook, underWay } from "./row";

const people = [{ id: "p1", name: "高梨 拓也", department: "営業部" }, { id: "p2", name: "村井 翔" }, { id: "p3", name: "村井 里奈" }, { id: "me", name: "佐伯 真理" }];

function storage(): Storage {
  const m = new Map<string, string>();
  return { getItem: (k: string) => m.get(k) ?? null, setItem: (k: string, v: string) => void m.set(k, v), removeItem: (k: string) => void m.delete(k) } as unknown as Storage;
}

/** A server as the desk sees it; what it was asked stands in `log`. */
class Server implements Office {
  log: string[] = [];
  interviews = new Map<string, Schemas["Interview"]>();
  keys: string[] = [];
  fail: (what: string) => Error | undefined = () => undefined;
  hold: Promise<void> | undefined;
  atOnce = 0;
  most = 0;
  started = 0;
  wire: Wire = {
    start: async (interview, what) => {
      this.started++;
      this.say(`start ${interview} ${what.name} ${what.channels?.join("+") ?? ""}`.trim());
      return this.upload(what.size, []);
    },
    look: async () => this.upload(10, [{ number: 1, size: 10 }]),
    urls: async (_i, _u, numbers) => ({ expires_at: "", parts: numbers.map((number) => ({ number, url: "u", size: 10 })) }),
    put: async (_u, _b, signal) => {
      this.most = Math.max(this.most, ++this.atOnce);
      try {
        if (this.hold) await Promise.race([this.hold, new Promise((_r, fail) => signal.addEventListener("abort", () => fail(signal.reason as Error)))]);
        signal.throwIfAborted();
      } finally {
        this.atOnce--;
      }
    },
    complete: async (interview) => this.say(`complete ${interview}`),
    giveUp: async (interview) => this.say(`give up ${interview}`),
    rest: async (_ms, signal) => signal.throwIfAborted(),
  };
  upload(size: number, arrived: Schemas["Upload"]["arrived"]): Schemas["Upload"] {
    return { id: "u1", size, part_size: 10, parts: 1, state: "open", expires_at: "", arrived };
  }
  say(what: string) {
    this.log.push(what);
    const err = this.fail(what);
    if (err) throw err;
  }
  add(id: string, employee: string, day: string, more: Partial<Schemas["Interview"]> = {}) {
    const x = { id, employee: { id: employee, name: people.find((p) => p.id === employee)?.name ?? "" }, recorded_on: day, template: "career-interview", processing: "external", status: "awaiting_recording", can: ["upload", "change"], recording: null, ...more } as Schemas["Interview"];
    this.interviews.set(id, x);
    return x;
  }
  people = async (w: string) => people.filter((p) => p.name.includes(w)).map((p) => ({ ...p, disabled: false }) as Schemas["Account"]);
  waiting = async (e: string) => [...this.interviews.values()].filter((x) => x.employee.id === e);
  interview = async (id: string) => {
    const x = this.interviews.get(id);
    if (!x) throw new Problem(404, { code: "not_found" });
    return x;
  };
  open = async (o: Schemas["Opening"], once: string) => {
    this.keys.push(once);
    this.say(`open ${o.employee} ${o.recorded_on} ${o.template}`);
    return this.add(`n${this.interviews.size + 1}`, o.employee, o.recorded_on ?? "");
  };
  change = async (id: string, what: Schemas["Change"]) => {
    this.say(`change ${id} ${JSON.stringify(what)}`);
    return Object.assign(await this.interview(id), what) as Schemas["Interview"];
  };
  captions = async (id: string, f: File, alone: boolean) => this.say(`captions ${id} ${f.name} ${alone ? "alone" : "with"}`);
}

const file = (name: string, size = 10, lastModified = new Date(2026, 4, 1).getTime()) => new File([new Uint8Array(size)], name, { lastModified });

function desk(server = new Server(), more: Partial<DeskOptions> = {}) {
  const d = new Desk({ person: "me", language: "ja", office: server, maxSize: 1000, template: "career-interview", memory: new Memory("me", storage()), grace: 0, ...more });
  const phase = (i = 0) => expect.poll(() => d.rows[i]?.sender?.state === "failed" ? "failed" : d.rows[i]?.phase);
  return { d, server, phase };
}

describe("a file", () => {
  it("whose name tells the employee is sent by itself, to a new interview of its day", async () => {
    const { d, server, phase } = desk();
    d.add([file("20260520_高梨_面談.m4a")]);
    await phase().toBe("done");
    expect(server.log).toEqual(["open p1 2026-05-20 career-interview", "start n1 20260520_高梨_面談.m4a", "complete n1"]);
    expect(d.memory.all()).toEqual([]);
    expect(d.rows.some(needsLook)).toBe(false);
  });

  it("goes to the interview that waits for it", async () => {
    const { d, server, phase } = desk();
    server.add("far", "p1", "2026-04-01");
    server.add("full", "p1", "2026-05-20", { recording: {} as Schemas["Recording"] });
    server.add("near", "p1", "2026-05-21");
    d.add([file("20260522_高梨.m4a")]);
    await phase().toBe("done");
    expect(server.log).toEqual(["start near 20260522_高梨.m4a", "complete near"]);
    expect(d.rows[0]?.choice.day).toBe("2026-05-21");
  });

  it("two of one day do not go to the same interview", async () => {
    const { d, server, phase } = desk();
    server.add("near", "p1", "2026-05-20");
    d.add([file("20260520_高梨.m4a")]);
    await phase().toBe("done");
    d.add([file("20260520_高梨_2.m4a")]);
    await phase(1).toBe("done");
    expect(new Set(d.rows.map((r) => r.interview?.id)).size).toBe(2);
    expect(server.log.filter((l) => l.startsWith("open")).length).toBe(1);
  });

  it("that could be of two people, or of nobody, waits for a person", async () => {
    const { d, server, phase } = desk();
    d.add([file("村井.m4a"), file("ボイスメモ 3.m4a"), file("佐伯.m4a")]);
    await expect.poll(() => d.rows.map((r) => r.guess)).toEqual(["many", "none", "none"]);
    expect(d.rows.every((r) => r.phase === "need" && needsLook(r))).toBe(true);
    expect(server.log).toEqual([]);
    const row = d.rows[0];
    if (!row) throw new Error("no row");
    await d.decide(row, { employee: { id: "p3", name: "村井 里奈" }, roles: "interviewer_employee", day: "2026-05-02" });
    await phase().toBe("done");
    expect(server.log[0]).toBe("open p3 2026-05-02 career-interview");
    expect(server.log[1]).toBe("start n1 村井.m4a interviewer+employee");
  });

  it("with a wrong guess can be stopped before anybody is told", async () => {
    const { d, server } = desk(undefined, { grace: 60_000 });
    d.add([file("高梨.m4a")]);
    await expect.poll(() => d.rows[0]?.phase).toBe("soon");
    const row = d.rows[0];
    if (!row) throw new Error("no row");
    d.edit(row);
    expect([row.phase, row.editing]).toEqual(["need", true]);
    expect(server.log).toEqual([]);
    await d.remove(row);
    expect(d.rows).toEqual([]);
  });

  it.each([["x.pdf", 10, "unknown_kind"], ["x.m4a", 0, "empty"], ["x.m4a", 1001, "too_large"]])("%s of %i bytes is refused: %s", (name, size, refusal) => {
    const { d } = desk();
    d.add([file(name, size)]);
    expect([d.rows[0]?.phase, d.rows[0]?.refusal]).toEqual(["refused", refusal]);
  });

  it("dropped twice is there once", () => {
    const { d } = desk();
    d.add([file("a.m4a"), file("a.m4a")]);
    expect([d.rows.length, d.again]).toEqual([1, 1]);
  });
});

describe("captions", () => {
  it("join the recording of their name and go first", async () => {
    const { d, server, phase } = desk();
    d.add([file("高梨.transcript.vtt"), file("高梨.m4a")]);
    expect(d.rows.length).toBe(1);
    await phase().toBe("done");
    expect(server.log.slice(1)).toEqual(["captions n1 高梨.transcript.vtt with", "start n1 高梨.m4a", "complete n1"]);
  });
  it("alone are a row of their own", async () => {
    const { d, server, phase } = desk();
    d.add([file("20260502_高梨.srt")]);
    await phase().toBe("done");
    expect(server.log).toEqual(["open p1 2026-05-02 career-interview", "captions n1 20260502_高梨.srt alone"]);
  });
});

describe("trouble", () => {
  it("a lost reply to the opening is asked for again under the same key", async () => {
    const { d, server, phase } = desk();
    let n = 0;
    server.fail = (w) => (w.startsWith("open") && n++ < 2 ? new Unreachable(undefined) : undefined);
    d.add([file("高梨.m4a")]);
    await phase().toBe("done");
    expect(server.keys.length).toBe(3);
    expect(new Set(server.keys).size).toBe(1);
  });
  it("a refused opening tells why, and another try is another request", async () => {
    const { d, server, phase } = desk();
    let first = true;
    server.fail = (w) => (w.startsWith("open") && first ? ((first = false), new Problem(422, { code: "validation_failed", detail: "no" })) : undefined);
    d.add([file("高梨.m4a")]);
    await phase().toBe("failed");
    const row = d.rows[0];
    if (!row) throw new Error("no row");
    expect([needsLook(row), row.error]).toEqual([true, expect.objectContaining({ code: "validation_failed" })]);
    d.go(row);
    await phase().toBe("done");
    expect(new Set(server.keys).size).toBe(2);
  });
  it("what was begun before a reload goes on when the file is chosen again", async () => {
    const memory = new Memory("me", storage());
    const server = new Server();
    server.add("i9", "p1", "2026-05-20");
    const before = desk(server, { memory });
    server.hold = new Promise(() => undefined);
    before.d.add([file("高梨.m4a")]);
    await expect.poll(() => server.atOnce).toBe(1);
    before.d.end();
    expect(memory.all()).toMatchObject([{ interview: "n2", upload: "u1" }]);
    expect(JSON.stringify(memory.all())).not.toMatch(/高梨|m4a/);
    server.hold = undefined;
    const { d, phase } = desk(server, { memory });
    await d.recall();
    expect(d.rows.map((r) => [r.phase, r.choice.employee?.name])).toEqual([["missing", "高梨 拓也"]]);
    d.add([file("高梨.m4a")]);
    await phase().toBe("done");
    expect(server.started).toBe(1);
    expect(server.log.filter((l) => l.startsWith("open")).length).toBe(1);
  });
  it("what has arrived or is gone is not asked for again", async () => {
    const memory = new Memory("me", storage());
    const server = new Server();
    server.add("full", "p1", "2026-05-20", { can: [] });
    memory.keep({ file: "a", size: 1, interview: "full", captions: false });
    memory.keep({ file: "b", size: 1, interview: "erased", captions: false });
    const { d } = desk(server, { memory });
    await d.recall();
    expect([d.rows, memory.all()]).toEqual([[], []]);
  });
});

describe("many files", () => {
  it("are sent two at a time; who is paused in the line stays there", async () => {
    const { d, server } = desk();
    let go: () => void = () => undefined;
    server.hold = new Promise((r) => (go = r));
    d.add(Array.from({ length: 5 }, (_, i) => file(`2026050${i + 1}_高梨.m4a`)));
    await expect.poll(() => d.rows.filter((r) => r.phase === "sending").length).toBe(5);
    await expect.poll(() => server.atOnce).toBe(2);
    const waiting = d.rows.find((r) => r.sender?.state === "waiting");
    if (!waiting) throw new Error("nobody waits");
    d.pause(waiting);
    go();
    await expect.poll(() => d.rows.filter((r) => r.phase === "done").length).toBe(4);
    expect(server.most).toBe(2);
    expect(waiting.sender?.state).toBe("paused");
    d.goAll();
    await expect.poll(() => d.rows.every((r) => r.phase === "done")).toBe(true);
    expect(d.rows.some(underWay)).toBe(false);
  });
  it("are paused and resumed together", async () => {
    const { d, server } = desk();
    server.hold = new Promise(() => undefined);
    d.add([file("20260501_高梨.m4a"), file("20260502_高梨.m4a"), file("20260503_高梨.m4a")]);
    await expect.poll(() => server.atOnce).toBe(2);
    await expect.poll(() => d.rows.every((r) => r.sender)).toBe(true);
    d.pauseAll();
    await expect.poll(() => d.rows.map((r) => r.sender?.state)).toEqual(["paused", "paused", "paused"]);
    server.hold = undefined;
    d.goAll();
    await expect.poll(() => d.rows.every((r) => r.phase === "done")).toBe(true);
  });
  it("changing an opened row changes its interview, not its employee", async () => {
    const { d, server, phase } = desk();
    server.hold = new Promise(() => undefined);
    d.add([file("20260501_高梨.m4a")]);
    await phase().toBe("sending");
    const row = d.rows[0];
    if (!row) throw new Error("no row");
    await d.decide(row, { day: "2026-05-09", employee: { id: "p2", name: "村井 翔" } });
    expect(server.log).toContain('change n1 {"recorded_on":"2026-05-09"}');
    expect(row.choice.employee?.id).toBe("p1");
  });
});

it.each([["2026-05-20", "a"], ["2026-05-22", "b"], ["2026-05-27", undefined], ["2026-05-17", "a"]])("a file of %s belongs to %s", (day, want) => {
  expect(belongs(day, [{ recorded_on: "2026-05-23", id: "b" }, { recorded_on: "2026-05-20", id: "a" }])?.id).toBe(want);
});
