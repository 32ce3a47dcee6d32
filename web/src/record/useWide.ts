import { useSyncExternalStore } from "react";

// One question to the browser for all parts that ask.
const wide = typeof matchMedia === "undefined" ? undefined : matchMedia("(min-width: 75em)");

const subscribe = (fn: () => void) => {
  wide?.addEventListener("change", fn);
  return () => wide?.removeEventListener("change", fn);
};
const now = () => wide?.matches ?? false;

/** Whether there is room for player and transcript beside the record. */
export function useWide(): boolean {
  return useSyncExternalStore(subscribe, now);
}
