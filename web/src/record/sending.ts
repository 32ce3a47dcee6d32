import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body, onceKey } from "../api/client";
import { keys } from "../api/keys";
import { isProblem } from "../api/problem";
import { useEditDraft } from "./data";
import { type Conflict, type Edit, type Edits, patchOf, rebase } from "./edits";
import type { Draft } from "./review";

/** Changes that met those of somebody who was faster: what goes along by itself, and what is to be decided side by side. */
export interface Meeting {
  onto: Draft;
  edits: Edits;
  conflicts: Conflict[];
}

/** Sends changes as one new version. When somebody else was faster, what they did not touch goes along by itself; the rest is
 * `met`. `keep` keeps what is not sent yet, `sent` is told of the version that was made of it (0: nothing was left to send). */
export function useSending(id: string, draft: Draft, keep: (e: Edits) => void, sent: (list: Edits, version: number) => void) {
  const cache = useQueryClient();
  const edit = useEditDraft(id);
  const [met, setMet] = useState<Meeting>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  const read = (n: number) => cache.fetchQuery({ queryKey: keys.draft(id, n), queryFn: () => body(api.GET("/v1/interviews/{id}/drafts/{n}", { params: { path: { id, n } } })), staleTime: 0 });

  const send = async (list: Edits, onto: Draft): Promise<void> => {
    try {
      const next = await edit.mutateAsync({ n: onto.version, patch: patchOf(list, onto), once: onceKey() });
      keep({ base: onto.version, list: [] });
      sent(list, next.version);
    } catch (err) {
      if (!isProblem(err, "precondition_failed")) throw err;
      const fresh = await body(api.GET("/v1/interviews/{id}", { params: { path: { id } } }));
      await merge(list, fresh.draft);
    }
  };
  const merge = async (list: Edits, newest: number): Promise<void> => {
    const [base, onto] = await Promise.all([read(list.base), read(newest)]);
    const r = rebase(list, base, onto);
    if (r.conflicts.length > 0) setMet({ onto, ...r });
    else if (r.edits.list.length > 0) await send(r.edits, onto);
    else {
      keep(r.edits); // both wrote the same
      sent(r.edits, 0);
    }
  };
  const run = async (what: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await what();
    } catch (err) {
      setError(err);
    } finally {
      setBusy(false);
    }
  };
  return {
    met, busy, error,
    start: (edits: Edits) => void run(() => (edits.base !== draft.version ? merge(edits, draft.version) : send(edits, draft))),
    /** After the meeting: those of one's own changes that are to stand all the same. */
    decide: (kept: Edit[]) => {
      if (!met) return;
      const list = { base: met.onto.version, list: [...met.edits.list, ...kept] };
      keep(list);
      if (list.list.length > 0) void run(() => send(list, met.onto));
      else sent(list, 0);
    },
  };
}
