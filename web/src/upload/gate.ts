/** Lets so many through at a time, in the order of asking. A browser opens six connections to one server: the parts of all
 * files share fewer, so that the page's own calls and its event stream are not kept waiting. */
export class Gate {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /** Waits for a place; the returned function gives it back, once. */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#queue.shift();
      if (next) next();
      else this.#free++;
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((done, fail) => {
      const go = () => {
        signal.removeEventListener("abort", stop);
        done();
      };
      const stop = () => {
        const i = this.#queue.indexOf(go);
        if (i >= 0) this.#queue.splice(i, 1);
        fail(signal.reason as Error);
      };
      this.#queue.push(go);
      signal.addEventListener("abort", stop, { once: true });
    });
  }
}
