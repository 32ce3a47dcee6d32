import { useSyncExternalStore } from "react";

// One clock for the page; it ticks each half minute, so that 今日 14:05 and 3日前 stay true on a page left open.
let now = new Date();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(fn: () => void) {
  listeners.add(fn);
  timer ??= setInterval(() => {
    now = new Date();
    for (const l of listeners) l();
  }, 30_000);
  return () => {
    listeners.delete(fn);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The present, renewed each half minute. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => now);
}
