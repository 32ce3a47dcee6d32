import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { keys } from "../api/keys";
import type { Schemas } from "../api/client";
import type { LiveEvent } from "./channel";
import { watch } from "./watch";

/** Keeps what is shown of an interview as the server has it. */
export function useLive(id: string) {
  const cache = useQueryClient();
  useEffect(() => {
    const tell = (e: LiveEvent) => {
      switch (e.type) {
        case "progress":
          cache.setQueryData<{ value: Schemas["Interview"]; tag: string }>(keys.interview(id), (old) =>
            old && e.step ? { ...old, value: { ...old.value, progress: { step: e.step as Schemas["Progress"]["step"], done: e.done ?? 0, total: e.total ?? 0 } } } : old);
          return;
        case "comment":
          void cache.invalidateQueries({ queryKey: keys.comments(id) });
          return;
        default:
          void cache.invalidateQueries({ queryKey: keys.interview(id) });
          void cache.invalidateQueries({ queryKey: keys.versions(id) });
          void cache.invalidateQueries({ queryKey: keys.comments(id) });
          void cache.invalidateQueries({ queryKey: ["interviews"] });
      }
    };
    return watch(id, tell);
  }, [id, cache]);
}
