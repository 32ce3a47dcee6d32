import { isProblem, Problem, Unreachable } from "../api/problem";
import type { Schemas } from "../api/client";
import type { Gate } from "./gate";
import { bytesOf, missing, rangeOf } from "./parts";
import type { Wire } from "./wire";

/** Where one file stands. lost: the connection is away, it goes on by itself. failed: a person has to do something. */
export type SendState = "waiting" | "sending" | "lost" | "paused" | "finishing" | "done" | "failed";

export interface SenderOptions {
  wire: Wire;
  gate: Gate;
  file: Blob;
  interview: string;
  what: Schemas["UploadStart"];
  /** An upload that was begun before, to go on with. */
  upload?: string;
  /** Told the upload as soon as it is known, and undefined when it is over. */
  remember?: (upload: string | undefined) => void;
  changed?: () => void;
  /** How long to wait after n failures in a row, in ms. */
  pause?: (n: number) => number;
  lanes?: number;
}

/** The file is no longer where it was chosen from, or has been changed since. */
export class FileGone extends Error {
  override name = "FileGone";
}

const life = 10 * 60_000; // an address lives 15 minutes; one that is nearly over is not begun with
const maxRefusals = 5; // fresh addresses refused one after the other: not a matter of age
const alive = 2 << 20; // bytes: more than what lies in the buffers of a dead line
const maxAnew = 3;
const maxVain = 3; // rounds in which no part arrived although all were taken

/** Half a second, doubled each time, at most half a minute, a little uneven so that not everybody comes back at once. */
export function pauseAfter(n: number): number {
  return Math.min(30_000, 500 * 2 ** Math.max(0, n - 1)) * (0.75 + Math.random() / 2);
}

/** Whether err says that nobody answered, or nobody who could: the same call may work later. */
function isLost(err: unknown): boolean {
  return err instanceof Unreachable || (err instanceof Problem && ((err.status >= 500 && err.status !== 501) || err.status === 429 || err.status === 408));
}

/** Sends one file in parts straight to the bucket. What has arrived is known by asking the server, never by memory: after
 * every doubt it is asked before anything is sent again, so a cut costs at most the part that was on the line. */
export class Sender {
  state: SendState = "waiting";
  error: unknown;
  /** Bytes that have left this browser, those of parts sent again included. */
  put = 0;
  readonly size: number;

  readonly #o: SenderOptions;
  #upload: string | undefined;
  #partSize = 0;
  #parts = 0;
  readonly #arrived = new Set<number>();
  readonly #flying = new Map<number, number>();
  #todo: number[] = [];
  readonly #urls = new Map<number, { url: string; until: number }>();
  #asking: Promise<void> | undefined;
  #settling: { asked: boolean; over: Promise<void> } | undefined;
  #losses = 0;
  #refusals = 0;
  #stop: AbortController | undefined;
  #wake: (() => void) | undefined;
  #samples: { at: number; bytes: number }[] = [];

  constructor(options: SenderOptions) {
    this.#o = options;
    this.#upload = options.upload;
    this.size = options.file.size;
  }

  /** Bytes the server has. */
  get arrived(): number {
    return this.#partSize ? bytesOf(this.#arrived, this.#partSize, this.size) : 0;
  }

  /** 0 to 1: what the server has and what is on the line; while the line is cut only what it has. */
  get share(): number {
    if (this.state === "done" || this.state === "finishing") return 1;
    let flying = 0;
    if (this.state === "sending") for (const b of this.#flying.values()) flying += b;
    return this.size ? Math.min(1, (this.arrived + flying) / this.size) : 0;
  }

  /** Seconds left at the pace of the last half minute; undefined while it cannot be told. */
  get left(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples[this.#samples.length - 1];
    if (this.state !== "sending" || !first || !last || last.at - first.at < 3000 || last.bytes <= first.bytes) return undefined;
    return Math.ceil(((1 - this.share) * this.size * (last.at - first.at)) / (last.bytes - first.bytes) / 1000);
  }

  /** Sends until the server has everything, or somebody pauses, or it cannot go on. Never throws: the state tells. */
  async run(): Promise<void> {
    if (this.#stop || this.state === "done") return;
    const stop = new AbortController();
    this.#stop = stop;
    this.error = undefined;
    this.#losses = this.#refusals = 0;
    this.#samples = [];
    this.#to("sending");
    try {
      await this.#all(stop.signal);
      this.#o.remember?.(undefined);
      this.#to("done");
    } catch (err) {
      if (stop.signal.aborted && stop.signal.reason === paused) this.#to("paused");
      else {
        this.error = err;
        this.#to("failed");
      }
    } finally {
      stop.abort(paused); // what is still on the line ends with the run
      this.#flying.clear();
      this.#settling = this.#asking = this.#wake = undefined;
      if (this.#stop === stop) this.#stop = undefined;
    }
  }

  /** Says that it stands in a line and will be run later. */
  wait(): void {
    if (!this.#stop && this.state !== "done") this.#to("waiting");
  }

  /** Stops where it is; what has arrived stays for two days. */
  pause(): void {
    this.#stop?.abort(paused);
    if (!this.#stop && (this.state === "waiting" || this.state === "failed")) this.#to("paused");
  }

  /** Tries again now instead of waiting out the pause after a loss. */
  nudge(): void {
    this.#wake?.();
  }

  /** Gives the upload up, here and on the server. */
  async drop(): Promise<void> {
    this.pause();
    const upload = this.#upload;
    this.#o.remember?.(undefined);
    if (upload) await this.#o.wire.giveUp(this.#o.interview, upload).catch(() => undefined); // else it ends there by itself after two days
  }

  async #all(signal: AbortSignal): Promise<void> {
    for (let anew = 0; ; anew++) {
      const had = this.#arrived.size;
      try {
        return await this.#once(signal);
      } catch (err) {
        // The bucket has swept it, or its parts made another size than was said: begin from the first byte.
        if (!isProblem(err, "upload_expired", "upload_size_mismatch", "not_found") || !this.#upload || anew >= maxAnew || (anew > 0 && this.#arrived.size === 0 && had === 0)) throw err;
        this.#forget();
      }
    }
  }

  #forget() {
    this.#upload = undefined;
    this.#arrived.clear();
    this.#flying.clear();
    this.#urls.clear();
    this.#o.remember?.(undefined);
  }

  async #once(signal: AbortSignal): Promise<void> {
    const { wire, interview, what } = this.#o;
    const known = this.#upload;
    if (this.#take(await this.#ask(signal, () => (known ? wire.look(interview, known, signal) : wire.start(interview, what, signal))))) return;
    for (let vain = 0; ; ) {
      this.#todo = missing(this.#parts, this.#arrived);
      const open = this.#todo.length;
      if (open) await this.#lanes(signal);
      this.#to("finishing");
      const upload = this.#upload ?? "";
      try {
        await this.#ask(signal, () => wire.complete(interview, upload, signal));
        return;
      } catch (err) {
        if (!isProblem(err, "upload_incomplete")) throw err; // a part it told us of has gone: ask, and send it
        if (this.#take(await this.#ask(signal, () => wire.look(interview, upload, signal)))) return;
        const still = missing(this.#parts, this.#arrived).length;
        // Parts that are taken and yet do not arrive (something on the way eats them) are not sent for ever.
        vain = open > 0 && still >= open ? vain + 1 : 0;
        if (still === 0 || vain >= maxVain) throw err;
        this.#to("sending");
      }
    }
  }

  /** Takes in what the server says it has; true when it has the whole file already. */
  #take(u: Schemas["Upload"]): boolean {
    this.#upload = u.id;
    this.#partSize = u.part_size;
    this.#parts = u.parts;
    this.#o.remember?.(u.id);
    if (u.state === "complete") return true;
    if (u.state === "aborted") throw new Problem(410, { code: "upload_expired" });
    if (u.size !== this.size) throw new FileGone();
    this.#arrived.clear();
    for (const p of u.arrived) this.#arrived.add(p.number);
    this.#tell();
    return false;
  }

  async #lanes(signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const lanes = Array.from({ length: Math.min(this.#o.lanes ?? 3, this.#todo.length) }, () => this.#lane(both));
    try {
      await Promise.all(lanes);
    } catch (err) {
      stop.abort(err); // the others need not go on either
      await Promise.allSettled(lanes);
      signal.throwIfAborted();
      throw err;
    }
  }

  async #lane(signal: AbortSignal): Promise<void> {
    for (;;) {
      const n = this.#todo.shift();
      if (n === undefined) return;
      if (this.#arrived.has(n)) continue;
      const leave = await this.#o.gate.enter(signal);
      let trouble: unknown;
      try {
        await this.#part(n, signal);
        this.#arrived.add(n);
        this.#well();
        continue;
      } catch (err) {
        trouble = err;
      } finally {
        this.#flying.delete(n);
        leave(); // nobody holds a place while waiting for the connection
      }
      if (signal.aborted) throw trouble;
      await this.#doubt(n, trouble, signal);
      if (!this.#arrived.has(n)) this.#todo.unshift(n);
    }
  }

  /** What a failed part means. Returns when it is known whether the part has arrived. */
  async #doubt(n: number, trouble: unknown, signal: AbortSignal): Promise<void> {
    this.#urls.delete(n);
    if (isLost(trouble)) return this.#settle(signal);
    if (trouble instanceof Problem && trouble.code.startsWith("http_")) { // the bucket's own answer
      if (++this.#refusals > maxRefusals) throw trouble;
      if (trouble.status === 403) return; // the address was too old: the next is fresh
      return this.#settle(signal); // 404: the upload is gone there, and the server will say so
    }
    throw trouble;
  }

  async #part(n: number, signal: AbortSignal): Promise<void> {
    const url = await this.#urlOf(n, signal);
    const { from, to } = rangeOf(n, this.#partSize, this.size);
    this.#flying.set(n, 0);
    this.#tell();
    await this.#o.wire.put(url, this.#o.file.slice(from, to), signal, (bytes) => {
      this.put += Math.max(0, bytes - (this.#flying.get(n) ?? 0));
      this.#flying.set(n, bytes);
      if (bytes > alive) this.#losses = Math.min(this.#losses, 1); // the line carries: after a cut it is tried again soon
      this.#to("sending"); // bytes move: the line is there
      this.#sample();
    });
  }

  /** The address of a part, asked for just before it is used, with those of the parts that come next. */
  async #urlOf(n: number, signal: AbortSignal): Promise<string> {
    for (;;) {
      const known = this.#urls.get(n);
      if (known && Date.now() < known.until) return known.url;
      if (this.#asking) {
        await this.#asking;
        continue;
      }
      const numbers = [n, ...this.#todo.filter((m) => !this.#arrived.has(m) && Date.now() >= (this.#urls.get(m)?.until ?? 0))].slice(0, this.#o.lanes ?? 3);
      const asking = this.#o.wire.urls(this.#o.interview, this.#upload ?? "", numbers, signal).then((got) => {
        for (const p of got.parts) this.#urls.set(p.number, { url: p.url, until: Date.now() + life });
      });
      this.#asking = asking.finally(() => (this.#asking = undefined));
      await this.#asking;
    }
  }

  /** After a loss: wait a little, then ask what has arrived. Lanes that fail together ask together, but never with a
   * question that was put before their own failure. */
  #settle(signal: AbortSignal): Promise<void> {
    if (this.#settling && !this.#settling.asked) {
      if (this.#flying.size === 0) this.#to("lost");
      return this.#settling.over;
    }
    const mine = { asked: false, over: Promise.resolve() };
    mine.over = (async () => {
      await this.#rest(signal);
      mine.asked = true;
      const upload = this.#upload ?? "";
      const u = await this.#ask(signal, () => this.#o.wire.look(this.#o.interview, upload, signal));
      if (u.state !== "open") throw new Problem(410, { code: "upload_expired" });
      for (const p of u.arrived) this.#arrived.add(p.number);
    })().finally(() => {
      if (this.#settling === mine) this.#settling = undefined;
    });
    this.#settling = mine;
    return mine.over;
  }

  /** Asks the server until it answers. */
  async #ask<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const value = await call();
        if (this.state === "lost") this.#to("sending");
        return value;
      } catch (err) {
        signal.throwIfAborted();
        if (!isLost(err)) throw err;
        await this.#rest(signal);
      }
    }
  }

  async #rest(signal: AbortSignal): Promise<void> {
    // A file that is gone fails like a cut line; it is told apart by reading a byte of it.
    await this.#o.file.slice(0, 1).arrayBuffer().catch(() => Promise.reject(new FileGone()));
    this.#losses++;
    if (this.#flying.size === 0) this.#to("lost"); // while another part moves, the line is there
    const wake = new AbortController();
    this.#wake = () => wake.abort(woken);
    try {
      await this.#o.wire.rest((this.#o.pause ?? pauseAfter)(this.#losses), AbortSignal.any([signal, wake.signal]));
    } catch (err) {
      if (!wake.signal.aborted || signal.aborted) throw err;
    }
    this.#wake = undefined;
  }

  #well() {
    this.#losses = this.#refusals = 0;
    this.#to("sending");
    this.#sample();
  }

  #sample() {
    const at = Date.now();
    const bytes = this.share * this.size;
    const last = this.#samples[this.#samples.length - 1];
    if (last && bytes < last.bytes) this.#samples = []; // parts were lost: the pace is measured anew
    if (!last || at - last.at > 500) this.#samples.push({ at, bytes });
    while ((this.#samples[0]?.at ?? at) < at - 30_000) this.#samples.shift();
    this.#tell();
  }

  #to(state: SendState) {
    if (this.state === state || (this.#stop?.signal.aborted && state === "sending")) return;
    this.state = state;
    this.#tell();
  }

  #tell() {
    this.#o.changed?.();
  }
}

const paused = new DOMException("paused", "AbortError");
const woken = new DOMException("woken", "AbortError");
