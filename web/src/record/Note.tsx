import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body, heads, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { isProblem } from "../api/problem";
import { Ask } from "../parts/Ask";
import { Skeleton } from "../parts/Skeleton";
import { Moment } from "../parts/Time";
import { Trouble, useSaying } from "../parts/Trouble";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useKept } from "./kept";

const kinds = ["hr", "self"] as const;

/** Notes beside the record: the interviewer writes, hr reads what is meant for hr. The writer is told who may ask to see it. */
export default function Note({ onClose }: { onClose: () => void }) {
  const { t } = useTexts("manage");
  const { id, may } = useHere();
  const notes = useQuery({ queryKey: keys.notes(id), queryFn: () => body(api.GET("/v1/interviews/{id}/notes", { params: { path: { id } } })) });
  const writes = may("write_note");
  return (
    <Ask wide title={t(writes ? "manage:note.title" : "manage:note.read")} back={t("common:close")} onClose={onClose}>
      {notes.isPending && <Skeleton />}
      {notes.isError && <Trouble error={notes.error} again={() => void notes.refetch()} />}
      {notes.data && (writes
        ? (
          <>
            <p>{t("manage:note.text")} {notes.data.reminder}</p>
            {kinds.map((k) => <Field key={k} kind={k} stored={notes.data.items.find((n) => n.visibility === k)} />)}
          </>
        )
        : notes.data.items.length === 0 ? <p className="quiet">{t("manage:note.none")}</p> : notes.data.items.map((n) => (
          <div key={n.visibility}>
            <p className="small quiet">{t("manage:note.from", { name: n.author.name })} <Moment at={n.updated_at} exact /></p>
            <p className="said-text">{n.text}</p>
          </div>
        )))}
    </Ask>
  );
}

function Field({ kind, stored }: { kind: (typeof kinds)[number]; stored: Schemas["Note"] | undefined }) {
  const { t } = useTexts("manage");
  const { id } = useHere();
  const say = useSaying();
  const cache = useQueryClient();
  const [kept, keep] = useKept(`note:${id}:${kind}`);
  const [text, setText] = useState(kept || (stored?.text ?? ""));
  const save = useMutation({
    mutationFn: () => body(api.PUT("/v1/interviews/{id}/notes", { params: { path: { id } }, body: { visibility: kind, text: text.trim() }, headers: heads(stored ? { ifMatch: stored.etag } : {}) })),
    onSuccess: (now) => {
      keep("");
      cache.setQueryData(keys.notes(id), now);
    },
    // Written in another window meanwhile: both texts are shown, and the next saving stands on what is there now.
    onError: (err) => isProblem(err, "precondition_failed") && void cache.invalidateQueries({ queryKey: keys.notes(id) }),
  });
  const changed = text.trim() !== (stored?.text ?? "");
  return (
    <div className="field">
      <label htmlFor={`note-${kind}`}>{t(`manage:note.${kind}`)}</label>
      <span className="hint" id={`note-${kind}-hint`}>{t(`manage:note.${kind}_note`)}</span>
      <textarea className="in" id={`note-${kind}`} aria-describedby={`note-${kind}-hint`} maxLength={10_000} value={text} onChange={(e) => { setText(e.target.value); keep(e.target.value); }} />
      <div className="acts">
        <button type="button" className="btn small" disabled={!changed || save.isPending} onClick={() => save.mutate()}>{t("manage:note.save")}</button>
        <span role="status" className="small quiet">{save.isSuccess && !changed ? t("manage:note.saved") : stored && !changed ? <Moment at={stored.updated_at} exact /> : ""}</span>
      </div>
      {isProblem(save.error, "precondition_failed") ? (
        <div className="hint bad" role="alert">{t("manage:note.met")} {stored && <Moment at={stored.updated_at} exact />}<p className="said-text">{stored?.text}</p></div>
      ) : save.isError && <span className="hint bad" role="alert">{say(save.error)}</span>}
    </div>
  );
}
