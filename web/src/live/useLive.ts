import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { keys } from "../api/keys";
import type { Schemas } from "../api/client";
import type { LiveEvent } from "./channel";
import { watch } from "./watch";

/** Keeps what is shown of an interview as the server has it. */
export function useLive(id: string, on = true) {
  const cache = useQueryClient();
  useEffect(() => {
    if (!on) return;
    const known = () => cache.getQueryData<{ value: Schemas["Interview"]; tag: string }>(keys.interview(id))?.value;
    const tell = (e: LiveEvent) => {
      // The stream begins by saying where things stand; what is known already is not asked for again.
      const x = known();
      if (e.type === "state" && e.status !== undefined && (!x || (x.status === e.status && (x.waiting_for ?? "") === (e.waiting_for ?? "")))) return;
      if (e.type === "draft" && (!x || x.draft === e.version)) return;
      switch (e.type) {
        case "progress":
          cache.setQueryData<{ value: Schemas["Interview"]; tag: string }>(keys.interview(id), (old) =>
            old && e.step ? { ...old, value: { ...old.value, progress: { step: e.step as Schemas["Progress"]["step"], done: e.done ?? 0, total: e.total ?? 0, ahead: e.ahead ?? null, seconds: e.seconds ?? null, ...(e.held ? { held: e.held } : {}) } } } : old);
          return;
        case "comment":
          void cache.invalidateQueries({ queryKey: keys.comments(id) });
          void cache.invalidateQueries({ queryKey: ["interviews"] });
          return;
        default:
          void cache.invalidateQueries({ queryKey: keys.interview(id) });
          void cache.invalidateQueries({ queryKey: keys.versions(id) });
          void cache.invalidateQueries({ queryKey: ["draft", id] });
          void cache.invalidateQueries({ queryKey: keys.comments(id) });
          void cache.invalidateQueries({ queryKey: ["interviews"] });
      }
    };
    return watch(id, tell);
  }, [id, cache, on]);
}
