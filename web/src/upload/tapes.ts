/** A recording made in this browser. */
export interface Tape {
  id: string;
  person: string;
  at: number; // when it began, ms
  type: string;
}

interface Piece {
  tape: string;
  n: number;
  data: Blob;
}

const database = "kikigaki-recordings";

/** Recordings made here, piece by piece on the disk of this browser, until the server has them. A crash or an empty battery
 * loses at most the piece that was being spoken. */
export class Tapes {
  #db: Promise<IDBDatabase> | undefined;

  constructor(private readonly factory: IDBFactory = indexedDB) {}

  async begin(t: Tape): Promise<void> {
    const db = await this.#open();
    await settled(db.transaction("tapes", "readwrite"), (tx) => tx.objectStore("tapes").put(t));
  }

  async add(tape: string, n: number, data: Blob): Promise<void> {
    const db = await this.#open();
    const piece: Piece = { tape, n, data };
    await settled(db.transaction("pieces", "readwrite"), (tx) => tx.objectStore("pieces").put(piece));
  }

  /** The tapes of one person, oldest first. */
  async all(person: string): Promise<Tape[]> {
    const db = await this.#open();
    const list = await asked<Tape[]>(db.transaction("tapes").objectStore("tapes").getAll());
    return list.filter((t) => t.person === person).sort((a, b) => a.at - b.at);
  }

  /** The whole tape as one file; undefined when nothing of it was kept. */
  async file(t: Tape, name: string): Promise<File | undefined> {
    const db = await this.#open();
    const pieces = await asked<Piece[]>(db.transaction("pieces").objectStore("pieces").getAll(IDBKeyRange.bound([t.id, 0], [t.id, Infinity])));
    if (pieces.length === 0) return undefined;
    return new File(pieces.map((p) => p.data), name, { type: t.type, lastModified: t.at });
  }

  async erase(id: string): Promise<void> {
    const db = await this.#open();
    await settled(db.transaction(["tapes", "pieces"], "readwrite"), (tx) => {
      tx.objectStore("tapes").delete(id);
      tx.objectStore("pieces").delete(IDBKeyRange.bound([id, 0], [id, Infinity]));
    });
  }

  #open(): Promise<IDBDatabase> {
    this.#db ??= new Promise<IDBDatabase>((done, fail) => {
      const r = this.factory.open(database, 1);
      r.onupgradeneeded = () => {
        r.result.createObjectStore("tapes", { keyPath: "id" });
        r.result.createObjectStore("pieces", { keyPath: ["tape", "n"] });
      };
      r.onsuccess = () => done(r.result);
      r.onerror = () => fail(r.error ?? new Error("no place for recordings"));
    });
    this.#db.catch(() => (this.#db = undefined)); // another try may be let in
    return this.#db;
  }
}

function asked<T>(r: IDBRequest): Promise<T> {
  return new Promise((done, fail) => {
    r.onsuccess = () => done(r.result as T);
    r.onerror = () => fail(r.error ?? new Error("not read"));
  });
}

function settled(tx: IDBTransaction, work: (tx: IDBTransaction) => void): Promise<void> {
  return new Promise((done, fail) => {
    tx.oncomplete = () => done();
    tx.onerror = tx.onabort = () => fail(tx.error ?? new Error("not kept")); // the disk is full
    work(tx);
  });
}
