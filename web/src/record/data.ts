import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, heads, onceKey, type Schemas, tagged } from "../api/client";
import { keys } from "../api/keys";
import { isProblem } from "../api/problem";
import { say } from "../live/channel";

export function useInterview(id: string) {
  return useQuery({ queryKey: keys.interview(id), queryFn: () => tagged(api.GET("/v1/interviews/{id}", { params: { path: { id } } })), staleTime: 5_000 });
}

export function useVersions(id: string, on: boolean) {
  return useQuery({ queryKey: keys.versions(id), queryFn: async () => (await body(api.GET("/v1/interviews/{id}/drafts", { params: { path: { id } } }))).items, enabled: on });
}

export function useDraft(id: string, n: number) {
  return useQuery({ queryKey: keys.draft(id, n), queryFn: () => body(api.GET("/v1/interviews/{id}/drafts/{n}", { params: { path: { id, n } } })), enabled: n > 0, staleTime: 60_000 });
}

export function useDifference(id: string, n: number, against: number | undefined) {
  return useQuery({
    queryKey: keys.difference(id, n, against ?? 0),
    queryFn: () => body(api.GET("/v1/interviews/{id}/drafts/{n}/diff", { params: { path: { id, n }, query: { against } } })),
    enabled: n > 0 && against !== undefined,
    staleTime: 60_000,
  });
}

export function useComments(id: string, on: boolean) {
  return useQuery({ queryKey: keys.comments(id), queryFn: async () => (await body(api.GET("/v1/interviews/{id}/comments", { params: { path: { id } } }))).items, enabled: on });
}

export function useTranscript(id: string, version: number) {
  return useQuery({
    queryKey: keys.transcript(id, version),
    // The address also answers captions and text; with this Accept it is JSON.
    queryFn: async () => (await tagged(api.GET("/v1/interviews/{id}/transcript", { params: { path: { id } }, headers: { Accept: "application/json" } }))) as { value: Schemas["Transcript"]; tag: string },
    enabled: version > 0,
    staleTime: 300_000,
  });
}

export function usePeaks(id: string, recording: string | undefined) {
  return useQuery({
    queryKey: keys.peaks(id, recording ?? ""),
    queryFn: () => body(api.GET("/v1/interviews/{id}/recording/peaks", { params: { path: { id } } })),
    enabled: recording !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    // The outline is drawn by a worker beside the draft and may come a little later.
    refetchInterval: (q) => (isProblem(q.state.error, "not_found") && q.state.errorUpdateCount < 12 ? 5_000 : false),
  });
}

/** After a change: this tab asks again, the others are told. */
export function useChanged(id: string): () => Promise<void> {
  const cache = useQueryClient();
  return async () => {
    say({ kind: "changed", interview: id });
    await Promise.all([
      cache.invalidateQueries({ queryKey: keys.interview(id) }),
      cache.invalidateQueries({ queryKey: keys.versions(id) }),
      cache.invalidateQueries({ queryKey: ["draft", id] }),
      cache.invalidateQueries({ queryKey: keys.comments(id) }),
      cache.invalidateQueries({ queryKey: ["interviews"] }),
    ]);
  };
}

/** Notes that the employee has looked at statements, or takes that back; the counts move at once and are put right by the answer. */
export function useOpened(id: string, n: number) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ ids, back = false }: { ids: string[]; back?: boolean }) =>
      body(api.PUT("/v1/interviews/{id}/drafts/{n}/opened", { params: { path: { id, n } }, body: back ? { take_back: ids } : { statements: ids } })),
    onMutate: ({ ids, back }) => {
      cache.setQueryData<Schemas["DraftDocument"]>(keys.draft(id, n), (old) => old && { ...old, opened: back ? old.opened.filter((x) => !ids.includes(x)) : [...new Set([...old.opened, ...ids])] });
    },
    onSuccess: (o) => cache.setQueryData<Schemas["DraftDocument"]>(keys.draft(id, n), (old) => old && { ...old, look: o.look, opened: o.opened }),
    onError: () => cache.invalidateQueries({ queryKey: keys.draft(id, n) }),
  });
}

export function useComment(id: string) {
  const changed = useChanged(id);
  return useMutation({
    mutationFn: ({ once, ...c }: Schemas["CommentNew"] & { once: string }) =>
      body(api.POST("/v1/interviews/{id}/comments", { params: { path: { id } }, body: c, headers: heads({ once }) })),
    onSuccess: changed,
  });
}

export function useResolve(id: string) {
  const changed = useChanged(id);
  return useMutation({
    mutationFn: (c: { id: string; etag: string; resolved?: boolean; text?: string }) =>
      body(api.PATCH("/v1/interviews/{id}/comments/{comment}", {
        params: { path: { id, comment: c.id } },
        body: { ...(c.resolved !== undefined ? { resolved: c.resolved } : {}), ...(c.text !== undefined ? { text: c.text } : {}) },
        headers: heads({ ifMatch: c.etag }),
      })),
    onSuccess: changed,
  });
}

/** Makes a new version out of changes to version n. */
export function useEditDraft(id: string) {
  const changed = useChanged(id);
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ n, patch, once }: { n: number; patch: Schemas["DraftPatch"]; once?: string }) =>
      body(api.PATCH("/v1/interviews/{id}/drafts/{n}", { params: { path: { id, n } }, body: patch, headers: heads({ ifMatch: `"d${n}"`, once: once ?? onceKey() }) })),
    onSuccess: (d) => {
      cache.setQueryData(keys.draft(id, d.version), d);
      return changed();
    },
  });
}
