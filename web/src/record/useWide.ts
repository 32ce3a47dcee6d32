import { useSyncExternalStore } from "react";

const query = "(min-width: 75em)";

/** Whether there is room for player and transcript beside the record. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (fn) => {
      const m = matchMedia(query);
      m.addEventListener("change", fn);
      return () => m.removeEventListener("change", fn);
    },
    () => matchMedia(query).matches,
  );
}
