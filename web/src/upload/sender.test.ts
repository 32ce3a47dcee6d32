import { describe, expect, it } from "vitest";
import { Problem, Unreachable } from "../api/problem";
import { Gate } from "./gate";
import { FileGone, pauseAfter, Sender, type SenderOptions } from "./sender";
import type { Wire } from "./wire";

const part = 1000;

/** A file that makes no bytes of its own and counts what is asked of it. */
class Sparse extends Blob {
  slices = 0;
  largest = 0;
  gone = false;
  constructor(override readonly size: number) {
    super([]);
  }
  override slice(from = 0, to = this.size): Blob {
    this.slices++;
    this.largest = Math.max(this.largest, to - from);
    const at = { from, to };
    return Object.assign(new Blob([]), { at, arrayBuffer: () => (this.gone ? Promise.reject(new DOMException("", "NotFoundError")) : Promise.resolve(new ArrayBuffer(0))) });
  }
}

/** A server with its bucket behind a bad line. `fault` says what happens to each part that is sent. */
class World implements Wire {
  parts = new Map<number, { from: number; to: number }>();
  puts: number[] = [];
  looks = 0;
  asked: number[][] = [];
  rests = 0;
  atOnce = 0;
  most = 0;
  serial = 0;
  state: "none" | "open" | "complete" = "none";
  id = "";
  started = 0;
  down = 0; // how many calls of the API go unanswered
  fault: (n: number, nth: number) => "" | "cut" | "lost reply" | "403" | "404" | "500" | "hang" = () => "";
  completeLoses = 0;
  bytes = 0;
  constructor(readonly size: number, readonly partSize = part) {}

  async #api() {
    await Promise.resolve();
    if (this.down > 0) {
      this.down--;
      throw new Unreachable(undefined);
    }
  }
  #view() {
    return { id: this.id, size: this.size, part_size: this.partSize, parts: Math.ceil(this.size / this.partSize), state: this.state === "complete" ? ("complete" as const) : ("open" as const), expires_at: "",
      arrived: [...this.parts].map(([number, p]) => ({ number, size: p.to - p.from })) };
  }
  async start() {
    await this.#api();
    this.started++;
    this.state = "open";
    this.id = `u${++this.serial}`;
    return this.#view();
  }
  async look(_: string, upload: string) {
    await this.#api();
    this.looks++;
    if (upload !== this.id) throw new Problem(410, { code: "upload_expired" });
    return this.#view();
  }
  async urls(_: string, upload: string, numbers: number[]) {
    await this.#api();
    if (upload !== this.id) throw new Problem(410, { code: "upload_expired" });
    this.asked.push(numbers);
    return { expires_at: "", parts: numbers.map((number) => ({ number, url: `${upload}/${number}`, size: this.partSize })) };
  }
  async put(url: string, blob: Blob, signal: AbortSignal, sent: (b: number) => void) {
    const [upload, no] = url.split("/");
    const n = Number(no);
    const { at } = blob as Blob & { at: { from: number; to: number } };
    this.puts.push(n);
    this.most = Math.max(this.most, ++this.atOnce);
    const half = Math.floor((at.to - at.from) / 2);
    try {
      await new Promise((r) => setTimeout(r, 0));
      signal.throwIfAborted();
      const what = upload !== this.id ? "404" : this.fault(n, this.puts.filter((p) => p === n).length);
      if (what === "403" || what === "404" || what === "500") throw new Problem(Number(what), {});
      sent(half);
      this.bytes += half;
      if (what === "hang") await new Promise((_r, fail) => signal.addEventListener("abort", () => fail(signal.reason as Error)));
      if (what === "cut") throw new Unreachable(undefined);
      this.bytes += at.to - at.from - half;
      sent(at.to - at.from);
      this.parts.set(n, at);
      if (what === "lost reply") throw new Unreachable(undefined);
    } finally {
      this.atOnce--;
    }
  }
  async complete() {
    await this.#api();
    const have = [...this.parts.values()].reduce((s, p) => s + p.to - p.from, 0);
    if (this.state !== "complete" && have !== this.size) throw new Problem(409, { code: "upload_incomplete" });
    this.state = "complete";
    if (this.completeLoses-- > 0) throw new Unreachable(undefined);
  }
  async giveUp() {
    this.state = "none";
    await this.#api();
  }
  async rest(_: number, signal: AbortSignal) {
    this.rests++;
    await Promise.resolve();
    signal.throwIfAborted();
  }
}

function sender(w: World, more: Partial<SenderOptions> = {}) {
  const file = new Sparse(w.size);
  const kept: (string | undefined)[] = [];
  const states: string[] = [];
  const s: Sender = new Sender({ wire: w, gate: new Gate(4), file, interview: "i", what: { name: "x.wav", size: w.size }, remember: (u) => kept.push(u), changed: () => states[states.length - 1] !== s.state && states.push(s.state), ...more });
  return { s, file, kept, states };
}

/** Every byte of the file is covered once. */
function whole(w: World) {
  const all = [...w.parts.values()].sort((a, b) => a.from - b.from);
  expect(all[0]?.from).toBe(0);
  all.forEach((p, i) => expect(p.to).toBe(all[i + 1]?.from ?? w.size));
}

describe("a good line", () => {
  it.each([1, part - 1, part, part + 1, 10 * part + 7])("sends %i bytes", async (size) => {
    const w = new World(size);
    const { s, kept, file } = sender(w);
    await s.run();
    expect([s.state, s.share, w.state]).toEqual(["done", 1, "complete"]);
    whole(w);
    expect(w.bytes).toBe(size);
    expect(w.most).toBeLessThanOrEqual(3);
    expect(file.largest).toBeLessThanOrEqual(part);
    expect(kept[0]).toBe("u1");
    expect(kept[kept.length - 1]).toBeUndefined();
  });

  it("asks for addresses just in time, never for one part twice", async () => {
    const w = new World(20 * part);
    const { s } = sender(w);
    await s.run();
    for (const a of w.asked) expect(a.length).toBeLessThanOrEqual(3);
    expect(w.asked.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(w.looks).toBe(0);
  });

  it("holds no more than three slices of a file of 2 GiB at a time", async () => {
    const w = new World(2 ** 31, 8 << 20);
    const { s, file } = sender(w);
    await s.run();
    expect(s.state).toBe("done");
    whole(w);
    expect(file.largest).toBe(8 << 20);
    expect(w.most).toBe(3);
    expect(file.slices).toBe(256); // one a part, no second look at its bytes
  });
});

describe("a bad line", () => {
  it("resends only the part that was on the line, one a cut", async () => {
    const w = new World(40 * part);
    let cuts = 0;
    w.fault = (n, nth) => (nth === 1 && n % 2 === 0 ? (cuts++, "cut") : "");
    const { s, states } = sender(w);
    await s.run();
    expect(s.state).toBe("done");
    whole(w);
    expect(cuts).toBe(20);
    expect(w.puts.length).toBe(40 + cuts);
    expect(w.bytes - w.size).toBeLessThanOrEqual(cuts * part);
    expect(s.put).toBe(w.bytes);
    expect(states, "no alarm while another part moves").not.toContain("lost");
  });

  it.each([1, 3])("is told when nothing moves any more, and goes on by itself (%i lanes)", async (lanes) => {
    const w = new World(6 * part);
    w.fault = (_n, nth) => (nth === 1 ? "cut" : "");
    w.rest = () => new Promise((done) => setTimeout(done, 20)); // all lanes are cut meanwhile
    const { s, states } = sender(w, { lanes });
    await s.run();
    expect(states.slice(0, 3)).toEqual(["sending", "lost", "sending"]);
    expect(s.state).toBe("done");
    expect(w.puts.length).toBe(12);
    whole(w);
  });

  it("does not resend a part whose reply was lost", async () => {
    const w = new World(9 * part);
    w.fault = (_n, nth) => (nth === 1 ? "lost reply" : "");
    const { s } = sender(w);
    await s.run();
    expect(s.state).toBe("done");
    expect(w.puts.length).toBe(9);
    expect(w.bytes).toBe(w.size);
    expect(w.looks).toBeGreaterThan(0);
  });

  it("asks for a new address when one is too old", async () => {
    const w = new World(6 * part);
    w.fault = (n, nth) => (n === 2 && nth <= 3 ? "403" : "");
    const { s } = sender(w);
    await s.run();
    expect(s.state).toBe("done");
    expect(w.asked.flat().filter((n) => n === 2).length).toBe(4);
    expect(w.rests).toBe(0);
  });

  it("stops when every fresh address is refused", async () => {
    const w = new World(2 * part);
    w.fault = () => "403";
    const { s } = sender(w);
    await s.run();
    expect(s.state).toBe("failed");
    expect(s.error).toMatchObject({ status: 403 });
    expect(w.puts.length).toBeLessThan(20);
  });

  it("waits for a server that restarts, at every call", async () => {
    const w = new World(5 * part);
    w.down = 4;
    w.fault = (n, nth) => {
      if (n === 3 && nth === 1) w.down = 5;
      return n === 3 && nth < 3 ? "500" : "";
    };
    const { s } = sender(w);
    const run = s.run();
    await run;
    expect(s.state).toBe("done");
    expect(w.started).toBe(1);
    whole(w);
  });

  it("completes once when the reply to that is lost", async () => {
    const w = new World(2 * part);
    w.completeLoses = 2;
    const { s } = sender(w);
    await s.run();
    expect([s.state, w.started]).toEqual(["done", 1]);
  });

  it("begins anew when the bucket has swept the upload", async () => {
    const w = new World(8 * part);
    let swept = false;
    w.fault = (n) => {
      if (n === 5 && !swept) {
        swept = true;
        w.parts.clear();
        w.id = "swept";
        return "404";
      }
      return "";
    };
    const { s, kept } = sender(w);
    await s.run();
    expect(s.state).toBe("done");
    expect(w.started).toBe(2);
    expect(kept).toContain("u2");
    whole(w);
  });

  it("sends what the server has lost before it completes", async () => {
    const w = new World(4 * part);
    const complete = w.complete.bind(w);
    let first = true;
    w.complete = () => {
      if (first) w.parts.delete(2);
      first = false;
      return complete();
    };
    const { s } = sender(w);
    await s.run();
    expect(s.state).toBe("done");
    expect(w.puts.filter((n) => n === 2).length).toBe(2);
  });

  it("does not send for ever what never arrives", async () => {
    const w = new World(3 * part);
    w.put = () => (w.puts.push(0), Promise.resolve());
    const { s } = sender(w);
    await s.run();
    expect(s.state).toBe("failed");
    expect(s.error).toMatchObject({ code: "upload_incomplete" });
    expect(w.puts.length).toBeLessThanOrEqual(4 * 3);
  });
});

describe("people", () => {
  it("pause and go on: what arrived is not sent again", async () => {
    const w = new World(30 * part);
    w.fault = (n, nth) => (n === 10 && nth === 1 ? "hang" : "");
    const { s } = sender(w);
    const run = s.run();
    await expect.poll(() => w.parts.size).toBeGreaterThan(11);
    s.pause();
    await run;
    expect(s.state).toBe("paused");
    expect(w.atOnce).toBe(0);
    const before = w.puts.length;
    const had = w.parts.size;
    await s.run();
    expect(s.state).toBe("done");
    whole(w);
    expect(w.puts.length - before).toBe(30 - had);
  });

  it("go on with an upload of before a reload", async () => {
    const w = new World(10 * part);
    await w.start();
    for (const n of [1, 2, 5]) w.parts.set(n, { from: (n - 1) * part, to: n * part });
    const { s } = sender(w, { upload: "u1" });
    await s.run();
    expect(s.state).toBe("done");
    expect(w.started).toBe(1);
    expect(w.puts.length).toBe(7);
  });

  it("go on with one that is complete already", async () => {
    const w = new World(part);
    await w.start();
    w.state = "complete";
    const { s } = sender(w, { upload: "u1" });
    await s.run();
    expect([s.state, w.puts.length]).toEqual(["done", 0]);
  });

  it("do not wait for the pause to pass when they say: now", async () => {
    const w = new World(part);
    w.down = 1;
    const real = w.rest.bind(w);
    w.rest = (ms, signal) => real(ms, signal).then(() => new Promise((_r, fail) => signal.addEventListener("abort", () => fail(signal.reason as Error))));
    const { s } = sender(w);
    const run = s.run();
    await expect.poll(() => s.state).toBe("lost");
    s.nudge();
    await run;
    expect(s.state).toBe("done");
  });

  it("are told when the file is gone, and not asked to wait for the connection", async () => {
    const w = new World(5 * part);
    w.fault = () => "cut";
    const { s, file } = sender(w);
    file.gone = true;
    await s.run();
    expect(s.state).toBe("failed");
    expect(s.error).toBeInstanceOf(FileGone);
  });

  it("see what the server refuses", async () => {
    const w = new World(part);
    w.start = () => Promise.reject(new Problem(413, { code: "recording_too_large", detail: "too large" }));
    const { s } = sender(w);
    await s.run();
    expect(s.state).toBe("failed");
    expect(s.error).toMatchObject({ code: "recording_too_large" });
  });

  it("give up: the server frees the parts", async () => {
    const w = new World(9 * part);
    w.fault = () => "hang";
    const { s, kept } = sender(w);
    const run = s.run();
    await expect.poll(() => w.atOnce).toBe(3);
    await s.drop();
    await run;
    expect(w.state).toBe("none");
    expect(kept[kept.length - 1]).toBeUndefined();
  });
});

it("files share the places of the gate", async () => {
  const gate = new Gate(4);
  const worlds = [new World(20 * part), new World(20 * part)];
  let most = 0;
  for (const w of worlds) w.fault = () => ((most = Math.max(most, worlds.reduce((s, x) => s + x.atOnce, 0))), "");
  await Promise.all(worlds.map((w) => sender(w, { gate }).s.run()));
  expect(most).toBe(4);
  worlds.forEach(whole);
});

it("pauses grow and are bounded", () => {
  for (const [n, lo, hi] of [[1, 375, 625], [3, 1500, 2500], [20, 22_500, 37_500]] as const) {
    const ms = pauseAfter(n);
    expect(ms).toBeGreaterThanOrEqual(lo);
    expect(ms).toBeLessThanOrEqual(hi);
  }
});
