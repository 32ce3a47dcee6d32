/** An upload that was begun in this browser: ids of the server, and by what the file is recognised. No name, no person. */
export interface Begun {
  file: string; // fingerprint
  size: number;
  interview: string;
  upload?: string;
  captions: boolean; // captions were sent already
  at: number;
}

const life = 48 * 3600_000; // the server keeps the parts as long

/** The uploads of one account that a reload or a closed laptop broke off. */
export class Memory {
  readonly #key: string;

  constructor(person: string, private readonly storage: Storage | undefined = quiet()) {
    this.#key = `kikigaki.uploads:${person}`;
  }

  /** All that can still be gone on with, oldest first. */
  all(now = Date.now()): Begun[] {
    let list: unknown;
    try {
      list = JSON.parse(this.storage?.getItem(this.#key) ?? "[]");
    } catch {
      return []; // not ours, or broken: nothing is remembered
    }
    return Array.isArray(list) ? (list as Begun[]).filter((b) => typeof b?.file === "string" && typeof b.interview === "string" && now - b.at < life) : [];
  }

  of(file: string): Begun | undefined {
    return this.all().find((b) => b.file === file);
  }

  /** Keeps one, in the place of an earlier word about the same file. */
  keep(b: Omit<Begun, "at">): void {
    this.#write([...this.all().filter((x) => x.file !== b.file), { ...b, at: Date.now() }]);
  }

  forget(file: string): void {
    this.#write(this.all().filter((x) => x.file !== file));
  }

  #write(list: Begun[]) {
    try {
      if (list.length) this.storage?.setItem(this.#key, JSON.stringify(list));
      else this.storage?.removeItem(this.#key);
    } catch {
      // no room or no storage: a reload will begin anew, the server still knows the file by its name
    }
  }
}

function quiet(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
