import { createContext, useContext, useMemo } from "react";
import type { Schemas } from "../api/client";
import { useHere } from "./context";
import { useComments, useDifference, useDraft, useOpened, useVersions } from "./data";
import { type Edit, type Edits, placesOf, withEdit } from "./edits";
import { useKept } from "./kept";
import { comparedWith, type Draft, standing, type Standing, type Thread, threadsOf } from "./review";

/** The review of one version: what is shown, what is said about it, what is still to be looked at. */
export interface Review {
  draft: Draft;
  employee: boolean;
  threads: Map<string, Thread>;
  state: Standing;
  left: ReadonlySet<string>;
  changes: ReadonlyMap<string, Schemas["StatementChange"]>;
  /** Which version the changes are told against. */
  against: number | undefined;
  edits: Edits;
  setEdit: (e: Edit) => void;
  setEdits: (e: Edits) => void;
  opened: (ids: string[]) => void;
  /** Takes back that something was looked at. */
  reopened: (ids: string[]) => void;
  /** Where a person may still act on this version. */
  live: boolean;
}

export const ReviewContext = createContext<Review | undefined>(undefined);

export function useReview(): Review {
  const r = useContext(ReviewContext);
  if (!r) throw new Error("useReview outside of a record");
  return r;
}

/** Gathers the review of version n. `query` tells loading and trouble. */
export function useReviewOf(n: number) {
  const { id, interview, may } = useHere();
  const employee = interview.relation === "subject";
  const query = useDraft(id, n);
  const draft = query.data;
  const versions = useVersions(id, may("read_draft")).data;
  const comments = useComments(id, may("read_draft")).data;
  const against = may("read_draft") && versions ? comparedWith(n, employee ? versions : []) : undefined;
  const difference = useDifference(id, n, against).data;
  const mark = useOpened(id, n);
  const [kept, keep] = useKept(`edits:${id}`);
  const edits = useMemo<Edits>(() => (kept ? (JSON.parse(kept) as Edits) : { base: n, list: [] }), [kept, n]);
  const threads = useMemo(() => threadsOf(comments ?? [], interview.employee.id), [comments, interview.employee.id]);
  const edited = useMemo(() => new Set(edits.list.map((e) => e.id)), [edits]);
  const state = useMemo(() => (draft ? standing(draft, threads, employee, edited) : undefined), [draft, threads, employee, edited]);
  const review = useMemo<Review | undefined>(() => {
    if (!draft || !state) return undefined;
    const setEdits = (e: Edits) => keep(e.list.length > 0 ? JSON.stringify(e) : "");
    return {
      draft, employee, threads, state, against, edits, setEdits,
      left: new Set(state.left),
      changes: new Map((difference?.changes ?? []).filter((c) => c.id).map((c) => [c.id ?? "", c])),
      setEdit: (e) => setEdits(withEdit(edits.list.length > 0 ? edits : { base: draft.version, list: [] }, e, placesOf(draft).get(e.id))),
      opened: (ids) => employee && may("decide") && mark.mutate({ ids }),
      reopened: (ids) => employee && may("decide") && mark.mutate({ ids, back: true }),
      live: draft.latest && (may("comment") || may("decide")),
    };
  }, [draft, state, employee, threads, against, edits, difference, interview.can]);
  return { query, review, versions };
}
