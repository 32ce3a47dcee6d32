import { useSyncExternalStore } from "react";

/** A stretch of the recording, in seconds. */
export interface Span {
  start: number;
  end: number;
}

/** What the player shows. `owner` is the statement whose words are played, `key` the very place that was pressed. */
export interface PlayerState {
  playing: boolean;
  position: number;
  duration: number;
  failed: boolean;
  owner: string;
  key: string;
}

/** Half a second before the words, so that their first sound is not lost. */
export const lead = 0.5;

/** Plays the recording of one interview: whole, or exactly the seconds of a quote. It makes no element and loads nothing
 * before it is asked to play, and steps over what was taken off the record. */
export class Player {
  readonly source: string;
  state: PlayerState = { playing: false, position: 0, duration: 0, failed: false, owner: "", key: "" };
  gaps: readonly Span[] = [];
  private element: HTMLAudioElement | undefined;
  private until = Number.POSITIVE_INFINITY;
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(source: string, duration = 0) {
    this.source = source;
    this.state.duration = duration;
  }

  subscribe = (fn: () => void): (() => void) => {
    this.listeners.add(fn);
    return () => void this.listeners.delete(fn);
  };

  /** The audio element; made at the first call. */
  audio(): HTMLAudioElement {
    if (this.element) return this.element;
    const a = new Audio();
    a.preload = "metadata";
    a.src = this.source;
    a.addEventListener("play", () => this.begin());
    a.addEventListener("pause", () => this.rest());
    a.addEventListener("ended", () => this.rest());
    a.addEventListener("seeked", () => this.look());
    a.addEventListener("durationchange", () => Number.isFinite(a.duration) && this.set({ duration: a.duration }));
    a.addEventListener("error", () => this.set({ failed: true, playing: false }));
    this.element = a;
    return a;
  }

  /** Plays from a second on, until another when given. Pressing the same place again stops. */
  play(from: number, until?: number, owner = "", key = ""): void {
    if (this.state.playing && key && key === this.state.key) {
      this.stop();
      return;
    }
    const a = this.audio();
    this.until = until ?? Number.POSITIVE_INFINITY;
    this.set({ owner, key, failed: false });
    const start = () => {
      a.currentTime = Math.max(0, from);
      void a.play().catch((err: unknown) => {
        if (!(err instanceof DOMException && err.name === "AbortError")) this.set({ failed: true, playing: false });
      });
    };
    if (a.error) a.load();
    start();
  }

  toggle(): void {
    const a = this.audio();
    if (!a.paused) {
      a.pause();
      return;
    }
    this.until = Number.POSITIVE_INFINITY;
    this.set({ key: "", failed: false });
    void a.play().catch(() => this.set({ failed: true, playing: false }));
  }

  stop(): void {
    this.element?.pause();
  }

  seek(to: number): void {
    const a = this.audio();
    this.until = Number.POSITIVE_INFINITY;
    a.currentTime = Math.min(Math.max(0, to), this.state.duration || to);
    this.set({ position: a.currentTime, key: "" });
  }

  skip(by: number): void {
    this.seek(this.audio().currentTime + by);
  }

  /** Ends playback for good; the page is left. */
  close(): void {
    this.stop();
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.element) this.element.removeAttribute("src");
    this.element = undefined;
  }

  private begin() {
    this.set({ playing: true });
    this.timer ??= setInterval(() => this.look(), 50);
  }

  private rest() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.look();
    this.set({ playing: false, key: "" });
  }

  private look() {
    const a = this.element;
    if (!a) return;
    if (a.currentTime >= this.until && !a.paused) {
      this.until = Number.POSITIVE_INFINITY;
      a.pause();
      return;
    }
    const gap = a.paused ? undefined : this.gaps.find((g) => a.currentTime >= g.start && a.currentTime < g.end - 0.05);
    if (gap) a.currentTime = gap.end;
    this.set({ position: a.currentTime });
  }

  private set(change: Partial<PlayerState>) {
    this.state = { ...this.state, ...change };
    for (const l of this.listeners) l();
  }
}

/** A part of the player's state; the part of the page that reads it is drawn again only when that part changes. */
export function usePlayer<V extends string | number | boolean>(player: Player, pick: (s: PlayerState) => V): V {
  return useSyncExternalStore(player.subscribe, () => pick(player.state));
}
