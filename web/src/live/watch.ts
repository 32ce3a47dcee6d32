import { hear, type LiveEvent, say } from "./channel";

const pollEvery = 5_000;
const againAfter = 20_000;

/** Watches one interview. Of several tabs one holds the stream (a browser allows few connections to one server) and tells
 * the others; when it closes, another takes over. While no stream can be had, a "poll" comes every five seconds. */
export function watch(interview: string, tell: (e: LiveEvent) => void): () => void {
  const stopped = new AbortController();
  let stopLeading: (() => void) | undefined;
  const unhear = hear((w) => {
    if (w.kind === "event" && w.interview === interview) tell(w.event);
    if (w.kind === "changed" && w.interview === interview) tell({ type: "state" });
  });
  const lead = () => lease(interview, (e) => {
    tell(e);
    say({ kind: "event", interview, event: e });
  });
  if (navigator.locks) {
    navigator.locks
      .request(`kikigaki:${interview}`, { signal: stopped.signal }, () => new Promise<void>((release) => {
        const stop = lead();
        stopLeading = () => {
          stop();
          release();
        };
        if (stopped.signal.aborted) stopLeading();
      }))
      .catch(() => undefined); // aborted before it was our turn
  } else {
    stopLeading = lead();
  }
  return () => {
    stopped.abort();
    stopLeading?.();
    unhear();
  };
}

/** Holds the stream, or polls while there is none. */
function lease(interview: string, tell: (e: LiveEvent) => void): () => void {
  let source: EventSource | undefined;
  let poll: ReturnType<typeof setInterval> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const silence = () => {
    clearInterval(poll);
    poll = undefined;
  };
  const open = () => {
    source = new EventSource(`/v1/interviews/${encodeURIComponent(interview)}/events`);
    source.onopen = silence;
    for (const type of ["state", "progress", "draft", "comment"] as const) {
      source.addEventListener(type, (e: MessageEvent<string>) => {
        silence();
        const data: unknown = JSON.parse(e.data);
        tell({ ...(typeof data === "object" ? data : {}), type });
      });
    }
    source.onerror = () => {
      poll ??= setInterval(() => tell({ type: "poll" }), pollEvery);
      if (source?.readyState === EventSource.CLOSED) {
        clearTimeout(again);
        again = setTimeout(open, againAfter);
      }
    };
  };
  open();
  return () => {
    source?.close();
    silence();
    clearTimeout(again);
  };
}
