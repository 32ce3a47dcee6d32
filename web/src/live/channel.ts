/** What the tabs of one browser tell each other: ids and kinds, no content. */
export type Word = { kind: "changed"; interview: string } | { kind: "event"; interview: string; event: LiveEvent } | { kind: "signed-out" } | { kind: "people" };

/** One event of an interview's stream; see GET /v1/interviews/{id}/events. "poll" says: ask again, the stream is away. */
export interface LiveEvent {
  type: "state" | "progress" | "draft" | "comment" | "poll";
  step?: string;
  done?: number;
  total?: number;
  status?: string;
  waiting_for?: string;
  version?: number;
  id?: string;
  ahead?: number;
  seconds?: number;
  held?: "away" | "waiting";
}

const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("kikigaki");
const listeners = new Set<(w: Word) => void>();
if (channel) channel.onmessage = (e: MessageEvent<Word>) => listeners.forEach((l) => l(e.data));

/** Tells the other tabs; this one is not told. */
export function say(word: Word): void {
  channel?.postMessage(word);
}

/** Hears what other tabs say until the returned function is called. */
export function hear(fn: (w: Word) => void): () => void {
  listeners.add(fn);
  return () => void listeners.delete(fn);
}
