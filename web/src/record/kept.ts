import { useCallback, useSyncExternalStore } from "react";

// What somebody has typed and not sent stays in this browser, over reloads and lost connections, until it is sent or
// given up. Signing out clears it.
const prefix = "kikigaki.kept:";
const listeners = new Set<() => void>();
const memory = new Map<string, string>();

/** The text kept under a key, "" when there is none. */
export function get(key: string): string {
  const known = memory.get(key);
  if (known !== undefined) return known;
  let value = "";
  try {
    value = localStorage.getItem(prefix + key) ?? "";
  } catch {
    // no storage: this page alone remembers
  }
  memory.set(key, value);
  return value;
}

/** Keeps a text under a key; "" gives it up. */
export function set(key: string, value: string) {
  memory.set(key, value);
  try {
    if (value) localStorage.setItem(prefix + key, value);
    else localStorage.removeItem(prefix + key);
  } catch {
    // no storage: this page alone remembers
  }
  for (const l of listeners) l();
}

function subscribe(fn: () => void) {
  listeners.add(fn);
  return () => void listeners.delete(fn);
}

/** A text that is kept under a key; "" when there is none. */
export function useKept(key: string): [string, (value: string) => void] {
  const value = useSyncExternalStore(subscribe, () => get(key));
  return [value, useCallback((v: string) => set(key, v), [key])];
}
