import { onceKey, type Schemas } from "../../api/client";
import { Problem, Unreachable } from "../../api/problem";
import { kindOf, stem } from "../../upload/files";
import { fingerprint } from "../../upload/fingerprint";
import { Gate } from "../../upload/gate";
import { guessDay, nameWords, whoIs } from "../../upload/guess";
import { Memory } from "../../upload/memory";
import { pauseAfter, Sender } from "../../upload/sender";
import type { Office } from "./office";
import { belongs, type Choice, type Row } from "./row";

export interface DeskOptions {
  person: string;
  language: string;
  office: Office;
  maxSize: number;
  template: string;
  memory?: Memory;
  /** How long a guessed name stands before the file is sent, ms: time to see that the guess is wrong. */
  grace?: number;
  /** Called when the server has everything of a row. */
  arrived?: (r: Row) => void;
  length?: (file: File) => Promise<number | undefined>;
}

const lanesOfAll = 4;
const filesAtOnce = 2;

/** All files a person is handing in. It lives beside the pages: who goes to another page keeps on sending. */
export class Desk {
  rows: Row[] = [];
  /** Files of the last choice that were there already. */
  again = 0;
  revision = 0;
  readonly memory: Memory;

  readonly #o: DeskOptions;
  readonly #gate = new Gate(lanesOfAll);
  readonly #places = new Gate(filesAtOnce);
  readonly #listeners = new Set<() => void>();
  readonly #over = new AbortController();
  readonly #turns = new Map<string, AbortController>();
  readonly #keys: Record<string, string> = {};
  readonly #graces = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #known = new Map<string, Promise<Schemas["Account"][]>>();

  constructor(options: DeskOptions) {
    this.#o = options;
    this.memory = options.memory ?? new Memory(options.person);
  }

  subscribe = (fn: () => void): (() => void) => {
    this.#listeners.add(fn);
    return () => void this.#listeners.delete(fn);
  };

  /** Rows for what a reload broke off: each waits until its file is chosen again. */
  async recall(): Promise<void> {
    for (const b of this.memory.all()) {
      if (this.#row(b.file)) continue;
      const interview = await this.#o.office.interview(b.interview).catch((err: unknown) => {
        if (err instanceof Problem && err.status < 500) this.memory.forget(b.file); // erased, or no longer ours
        return undefined;
      });
      if (!interview || this.#row(b.file)) continue;
      if (!interview.can.includes("upload")) {
        this.memory.forget(b.file); // it has arrived meanwhile
        continue;
      }
      this.#put({ key: b.file, kind: "recording", size: b.size, choice: this.#fresh(interview.recorded_on, interview), guess: "", phase: "missing", interview, editing: false });
    }
  }

  /** Takes files in: captions go to the recording of the same name, a file that was broken off goes on. */
  add(files: readonly File[], tape?: string): void {
    this.again = 0;
    const list = [...files];
    const spare: File[] = [];
    for (const f of list) if (kindOf(f) === "captions") spare.push(f);
      else this.#take(f, tape);
    for (const c of spare) {
      const r = this.rows.find((x) => x.kind === "recording" && x.file && !x.captions && !x.refusal && stem(x.file.name) === stem(c.name) && ["need", "soon", "opening", "sending"].includes(x.phase));
      if (r && c.size > 0) this.#set(r, { captions: c });
      else this.#take(c);
    }
    this.#tell();
  }

  #take(file: File, tape?: string) {
    const key = fingerprint(file);
    const old = this.#row(key);
    if (old && old.phase !== "missing") {
      this.again++;
      return;
    }
    const kind = kindOf(file);
    const refusal = !kind ? "unknown_kind" : file.size === 0 ? "empty" : file.size > this.#o.maxSize ? "too_large" : undefined;
    if (old) {
      this.#set(old, { file, phase: "opening" });
      void this.#send(old);
    } else {
      const begun = this.memory.of(key);
      const row: Row = { key, kind: kind ?? "recording", size: file.size, file, choice: this.#fresh(guessDay(file.name, file.lastModified, new Date())), guess: "", phase: refusal ? "refused" : "need", editing: false, ...(refusal ? { refusal } : {}), ...(tape ? { tape } : {}) };
      this.#put(row);
      if (refusal) return;
      if (begun) void this.#resume(row, begun.interview);
      else if (!tape) void this.#guess(row, file.name);
    }
    const row = this.#row(key);
    if (kind === "recording" && row && !refusal) void this.#o.length?.(file).then((seconds) => seconds !== undefined && this.#set(row, { seconds }));
  }

  #fresh(day: string, of?: Schemas["Interview"]): Choice {
    return { day, template: of?.template ?? this.#o.template, processing: of?.processing ?? "", roles: "", speakers: 2, attested: false, apart: false, ...(of ? { employee: of.employee } : {}) };
  }

  async #resume(row: Row, id: string) {
    try {
      const interview = await this.#o.office.interview(id);
      this.#set(row, { interview, choice: this.#fresh(interview.recorded_on, interview), phase: "opening" });
      await this.#send(row);
    } catch {
      this.memory.forget(row.key);
      if (row.file) await this.#guess(row, row.file.name);
    }
  }

  async #guess(row: Row, name: string) {
    const words = nameWords(name);
    try {
      const found = (await Promise.all(words.map((w) => this.#people(w)))).flat().filter((p) => p.id !== this.#o.person && !p.disabled);
      const { person, many } = whoIs(words, found);
      if (row.phase !== "need" || row.choice.employee) return; // somebody was faster
      if (!person) return this.#set(row, { guess: many ? "many" : "none" });
      this.#set(row, { guess: "name", choice: { ...row.choice, employee: { id: person.id, name: person.name, ...(person.department ? { department: person.department } : {}) } }, phase: "soon" });
      this.#graces.set(row.key, setTimeout(() => void this.#send(row), this.#o.grace ?? 8000));
    } catch {
      this.#set(row, { guess: "none" }); // the search is away: a person chooses
    }
  }

  #people(word: string): Promise<Schemas["Account"][]> {
    let known = this.#known.get(word);
    if (!known) {
      known = this.#o.office.people(word);
      this.#known.set(word, known);
      known.catch(() => this.#known.delete(word));
    }
    return known;
  }

  /** Opens a row's fields; a guess that was about to be sent waits. */
  edit(row: Row): void {
    this.#hold(row);
    this.#set(row, { editing: true, ...(row.phase === "soon" ? { phase: "need" as const } : {}) });
  }

  /** Keeps what was chosen. With an employee the row is sent; an interview that is open already is changed. */
  async decide(row: Row, choice: Partial<Choice>): Promise<void> {
    this.#hold(row);
    const before = row.choice;
    const fixed = row.interview ? { employee: before.employee } : {};
    this.#set(row, { choice: { ...before, ...choice, ...fixed }, editing: false, guess: choice.employee ? "" : row.guess });
    if (row.interview) return this.#change(row);
    if (row.choice.employee && (row.phase === "need" || row.phase === "failed")) await this.#send(row);
  }

  async #change(row: Row) {
    const x = row.interview;
    const c = row.choice;
    if (!x?.can.includes("change")) return;
    const what: Schemas["Change"] = { ...(c.day !== x.recorded_on ? { recorded_on: c.day } : {}), ...(c.template !== x.template ? { template: c.template } : {}), ...(c.processing && c.processing !== x.processing ? { processing: c.processing } : {}) };
    if (Object.keys(what).length === 0) return;
    try {
      this.#set(row, { interview: await this.#o.office.change(x.id, what), error: undefined });
    } catch (err) {
      this.#set(row, { choice: { ...c, day: x.recorded_on, template: x.template, processing: x.processing }, error: err, editing: true });
    }
  }

  /** Sends now what waits for its moment or was paused or failed. */
  go(row: Row): void {
    this.#hold(row);
    if (row.sender?.state === "lost") row.sender.nudge();
    else void this.#send(row);
  }

  pause(row: Row): void {
    this.#halt(row);
    if (row.phase === "soon") this.#set(row, { phase: "need" });
    this.#tell();
  }

  pauseAll(): void {
    for (const r of this.rows) if (r.sender && ["sending", "lost", "waiting"].includes(r.sender.state)) this.#halt(r);
    this.#tell();
  }

  goAll(): void {
    for (const r of this.rows) if (r.sender?.state === "paused" || r.sender?.state === "lost") this.go(r);
  }

  /** Takes a row off the desk; what was sent of it is given up. A row that is done only leaves the page. */
  async remove(row: Row): Promise<void> {
    this.#halt(row);
    this.rows = this.rows.filter((r) => r !== row);
    this.memory.forget(row.key);
    this.#tell();
    if (row.phase !== "done") await row.sender?.drop();
  }

  /** Stops everything: the person has signed out. */
  end(): void {
    this.#over.abort(new DOMException("over", "AbortError"));
    for (const r of this.rows) this.#halt(r);
    this.rows = [];
    this.#tell();
  }

  #hold(row: Row) {
    clearTimeout(this.#graces.get(row.key));
    this.#graces.delete(row.key);
  }

  #halt(row: Row) {
    this.#hold(row);
    this.#turns.get(row.key)?.abort();
    row.sender?.pause();
  }

  /** The whole way of a row: its interview, its captions, its bytes. */
  async #send(row: Row): Promise<void> {
    this.#hold(row);
    if (!row.file || row.refusal || row.phase === "done" || (row.sender && ["sending", "lost", "finishing", "done"].includes(row.sender.state))) return;
    this.#set(row, { phase: "opening", error: undefined });
    try {
      const x = row.interview ?? (await this.#stubborn(() => this.#open(row)));
      if (!this.rows.includes(row)) return; // taken off the desk meanwhile
      this.#set(row, { interview: x, choice: { ...row.choice, day: x.recorded_on, template: x.template } });
      if (row.kind === "captions") {
        const file = row.file;
        await this.#stubborn(() => this.#o.office.captions(x.id, file, true));
        return this.#done(row);
      }
      this.memory.keep({ ...(this.memory.of(row.key) ?? { captions: false }), file: row.key, size: row.size, interview: x.id });
      await this.#captions(row, x.id);
      await this.#bytes(row, x.id);
    } catch (err) {
      delete this.#keys[row.key]; // the next try is another request
      if (!this.#over.signal.aborted) this.#set(row, { phase: "failed", error: err });
    }
  }

  /** Captions first: with them the recording needs no transcription. */
  async #captions(row: Row, id: string) {
    const kept = this.memory.of(row.key);
    const file = row.captions;
    if (!file || !kept || kept.captions) return;
    await this.#stubborn(() => this.#o.office.captions(id, file, false));
    this.memory.keep({ ...kept, captions: true });
  }

  async #bytes(row: Row, id: string) {
    const file = row.file;
    if (!file) return;
    const { roles, speakers } = row.choice;
    const channels = roles ? (roles.split("_") as Schemas["UploadStart"]["channels"]) : undefined;
    const begun = this.memory.of(row.key)?.upload;
    row.sender ??= new Sender({
      wire: this.#o.office.wire,
      gate: this.#gate,
      file,
      interview: id,
      what: { name: file.name, size: file.size, speakers, ...(channels ? { channels } : {}) },
      ...(begun ? { upload: begun } : {}),
      remember: (upload) => {
        const kept = this.memory.of(row.key);
        if (kept) this.memory.keep({ file: kept.file, size: kept.size, interview: kept.interview, captions: kept.captions, ...(upload ? { upload } : {}) });
      },
      changed: () => this.#tell(),
    });
    const { sender } = row;
    this.#set(row, { phase: "sending" });
    const turn = new AbortController();
    this.#turns.get(row.key)?.abort();
    this.#turns.set(row.key, turn);
    sender.wait();
    let leave: () => void;
    try {
      leave = await this.#places.enter(AbortSignal.any([this.#over.signal, turn.signal]));
    } catch {
      return; // paused or taken away before its turn came
    }
    try {
      await sender.run();
    } finally {
      leave();
    }
    if (sender.state === "done") await this.#late(row, id);
  }

  /** Captions that were put beside the recording while it was on its way. */
  async #late(row: Row, id: string) {
    await this.#captions(row, id).catch(() => undefined); // the recording is what counts; it is transcribed then
    this.#done(row);
  }

  #done(row: Row) {
    this.memory.forget(row.key);
    this.#set(row, { phase: "done", editing: false });
    this.#o.arrived?.(row);
  }

  /** The interview a row goes to: one that waits for this recording, else a new one. */
  async #open(row: Row): Promise<Schemas["Interview"]> {
    const c = row.choice;
    const { office } = this.#o;
    if (!c.employee) throw new Error("a row without an employee is not sent");
    if (!c.apart) {
      const taken = new Set(this.rows.filter((r) => r !== row).map((r) => r.interview?.id));
      const x = belongs(c.day, (await office.waiting(c.employee.id)).filter((i) => !taken.has(i.id)));
      if (x) {
        const whole = await office.interview(x.id); // a list does not tell whether a recording is there
        if (!whole.recording) return whole;
      }
    }
    this.#keys[row.key] ??= onceKey();
    return office.open({ employee: c.employee.id, recorded_on: c.day, template: c.template, language: this.#o.language, ...(c.processing ? { processing: c.processing } : {}), ...(c.attested ? { consent: { attested: true, method: "spoken" as const } } : {}) }, this.#keys[row.key] ?? onceKey());
  }


  /** Repeats a small call while nobody answers. A key in use says that our own call, whose reply was lost, is still running. */
  async #stubborn<T>(call: () => Promise<T>): Promise<T> {
    for (let n = 1; ; n++) {
      try {
        return await call();
      } catch (err) {
        const absent = err instanceof Unreachable || (err instanceof Problem && ([502, 503, 504, 429].includes(err.status) || (err.code === "idempotency_conflict" && n < 8)));
        if (!absent) throw err;
        await this.#o.office.wire.rest(pauseAfter(n), this.#over.signal);
      }
    }
  }

  #row(key: string): Row | undefined {
    return this.rows.find((r) => r.key === key);
  }

  #put(row: Row) {
    this.rows = [...this.rows, row];
    this.#tell();
  }

  #set(row: Row, change: Partial<Row>) {
    Object.assign(row, change);
    this.#tell();
  }

  #tell() {
    this.revision++;
    for (const l of this.#listeners) l();
  }
}
