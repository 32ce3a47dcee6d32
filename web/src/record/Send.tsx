import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body, heads, onceKey } from "../api/client";
import { keys } from "../api/keys";
import { isProblem } from "../api/problem";
import { Ask } from "../parts/Ask";
import { Icon } from "../parts/Icon";
import { useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useChanged, useComment, useEditDraft } from "./data";
import { type Conflict, type Edit, type Edits, patchOf, rebase } from "./edits";
import type { Draft } from "./review";
import { useReview } from "./useReview";

/** Sends the changes as one new version. When somebody else was faster, what they did not touch goes along by itself and
 * the rest is shown side by side. */
export function Send({ onClose }: { onClose: () => void }) {
  const { t, lang } = useTexts("record");
  const { id, interview } = useHere();
  const { draft, edits, setEdits, state, threads } = useReview();
  const say = useSaying();
  const cache = useQueryClient();
  const edit = useEditDraft(id);
  const comment = useComment(id);
  const changed = useChanged(id);
  const [once] = useState(onceKey);
  const [met, setMet] = useState<{ onto: Draft; edits: Edits; conflicts: Conflict[] }>();
  const names = { employee: calling(interview.employee.name, lang), count: edits.list.length };

  const read = (n: number) => cache.fetchQuery({ queryKey: keys.draft(id, n), queryFn: () => body(api.GET("/v1/interviews/{id}/drafts/{n}", { params: { path: { id, n } } })), staleTime: 0 });

  const send = async (list: Edits, onto: Draft) => {
    const patch = patchOf(list, onto);
    try {
      const next = await edit.mutateAsync({ n: onto.version, patch, once: onceKey() });
      setEdits({ base: onto.version, list: [] });
      onClose();
      await answer(list, next.version);
    } catch (err) {
      if (!isProblem(err, "precondition_failed")) return; // said below
      const fresh = await body(api.GET("/v1/interviews/{id}", { params: { path: { id } } }));
      await merge(list, fresh.draft);
    }
  };
  /** Where a statement with an open remark was changed, the thread says so; else it would look unanswered. */
  const answer = async (list: Edits, version: number) => {
    for (const e of list.list) {
      if (e.section || e.remove || !threads.get(e.id)?.owed) continue;
      await comment.mutateAsync({ once: onceKey(), draft: version, statement: e.id, kind: "comment", text: t("record:ask.send.answer") }).catch(() => undefined); // the version is out; the thread just stays open
    }
  };
  const merge = async (list: Edits, newest: number) => {
    const [base, onto] = await Promise.all([read(list.base), read(newest)]);
    const r = rebase(list, base, onto);
    if (r.conflicts.length === 0) await send(r.edits, onto);
    else setMet({ onto, ...r });
  };
  /** Nothing was changed: the version goes back to the employee as it stands. */
  const back = useMutation({
    mutationFn: () => body(api.POST("/v1/interviews/{id}/handback", { params: { path: { id } }, body: { draft: draft.version }, headers: heads({ once }) })),
    onSuccess: () => {
      onClose();
      return changed();
    },
    onError: (err) => isProblem(err, "draft_superseded", "state_conflict") && void changed(),
  });
  const start = () => {
    if (edits.list.length === 0) back.mutate();
    else void (edits.base !== draft.version ? merge(edits, draft.version) : send(edits, draft));
  };

  if (met) {
    return <Merge met={met} onClose={onClose} busy={edit.isPending} onDone={(kept) => { const list = { base: met.onto.version, list: [...met.edits.list, ...kept] }; setEdits(list); void (list.list.length > 0 ? send(list, met.onto) : onClose()); }} />;
  }
  const owed = state.left.length;
  return (
    <Ask
      title={t(edits.list.length > 0 ? "record:ask.send.title" : "record:ask.send.title_none", names)}
      onClose={onClose}
      actions={<button type="button" className="btn primary" disabled={edit.isPending || back.isPending} onClick={start}><Icon name="mail" />{t("record:ask.send.do", names)}</button>}
    >
      <p>{t(edits.list.length > 0 ? "record:ask.send.text" : "record:ask.send.text_none", names)}{edits.list.some((e) => threads.get(e.id)?.owed) && ` ${t("record:ask.send.answers")}`}</p>
      {owed > 0 && <p><b>{t("record:ask.send.owed", { count: owed })}</b></p>}
      {edit.isError && <p className="hint bad" role="alert">{t("record:not_saved")} {say(edit.error)}</p>}
      {back.isError && <p className="hint bad" role="alert">{say(back.error)}</p>}
    </Ask>
  );
}

function Merge({ met, onDone, onClose, busy }: { met: { onto: Draft; conflicts: Conflict[] }; onDone: (kept: Edit[]) => void; onClose: () => void; busy: boolean }) {
  const { t, lang } = useTexts("record");
  const { interview } = useHere();
  const [mine, setMine] = useState<Record<string, boolean | undefined>>({});
  const decided = met.conflicts.every((c) => mine[c.edit.id] !== undefined);
  /** The employee's own words are theirs: the server refuses a change, so it is not offered. */
  const isOwn = (s: Conflict["theirs"]) => interview.relation === "interviewer" && s?.by === "person" && s.author === interview.employee.id;
  const who = met.onto.author.id === interview.employee.id ? interview.employee.name : interview.interviewer.name;
  return (
    <Ask
      wide
      title={t("record:merge.title", { name: calling(who, lang) })}
      onClose={onClose}
      actions={<button type="button" className="btn primary" disabled={!decided || busy} onClick={() => onDone(met.conflicts.filter((c) => mine[c.edit.id] && c.theirs).map((c) => c.edit))}>{t("record:merge.do")}</button>}
    >
      <p>{t("record:merge.text", { count: met.conflicts.length })}</p>
      {met.conflicts.map((c) => (
        <fieldset className="choices merge" key={c.edit.id}>
          <legend className="vh">{t("record:merge.which")}</legend>
          {isOwn(c.theirs) && <p className="small quiet">{t("record:merge.protected")}</p>}
          {[false, true].map((own) => (
            <label className="choice" key={String(own)}>
              <input type="radio" name={c.edit.id} checked={mine[c.edit.id] === own} disabled={own && (!c.theirs || isOwn(c.theirs))} onChange={() => setMine({ ...mine, [c.edit.id]: own })} />
              <span>
                <small>{own ? t("record:merge.mine") : t("record:merge.theirs", { name: calling(who, lang) })}</small>
                {own ? (c.edit.remove ? t("record:merge.removed") : (c.edit.text ?? c.theirs?.text ?? "")) : (c.theirs?.text ?? t("record:merge.removed"))}
              </span>
            </label>
          ))}
        </fieldset>
      ))}
    </Ask>
  );
}
