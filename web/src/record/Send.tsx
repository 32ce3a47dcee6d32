import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, body, heads, onceKey } from "../api/client";
import { isProblem } from "../api/problem";
import { Ask } from "../parts/Ask";
import { Icon } from "../parts/Icon";
import { useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useChanged, useComment } from "./data";
import type { Edits } from "./edits";
import { Merge } from "./Merge";
import { useSending } from "./sending";
import { useReview } from "./useReview";

/** Sends the interviewer's changes as one new version, or hands the version back as it stands. */
export function Send({ onClose }: { onClose: () => void }) {
  const { t, lang } = useTexts("record");
  const { id, interview } = useHere();
  const { draft, edits, setEdits, state, threads } = useReview();
  const say = useSaying();
  const comment = useComment(id);
  const changed = useChanged(id);
  const [once] = useState(onceKey);
  const names = { employee: calling(interview.employee.name, lang), count: edits.list.length };

  /** Where a statement with an open remark was changed, the thread says so; else it would look unanswered. */
  const answer = async (list: Edits, version: number) => {
    for (const e of list.list) {
      if (e.section || e.remove || !threads.get(e.id)?.owed) continue;
      await comment.mutateAsync({ once: onceKey(), draft: version, statement: e.id, kind: "comment", text: t("record:ask.send.answer") }).catch(() => undefined); // the version is out; the thread just stays open
    }
  };
  const sending = useSending(id, draft, setEdits, (list, version) => {
    onClose();
    if (version > 0) void answer(list, version);
  });
  /** Nothing was changed: the version goes back to the employee as it stands. */
  const back = useMutation({
    mutationFn: () => body(api.POST("/v1/interviews/{id}/handback", { params: { path: { id } }, body: { draft: draft.version }, headers: heads({ once }) })),
    onSuccess: () => {
      onClose();
      return changed();
    },
    onError: (err) => isProblem(err, "draft_superseded", "state_conflict") && void changed(),
  });

  if (sending.met) return <Merge met={sending.met} onClose={onClose} busy={sending.busy} error={sending.error} onDone={sending.decide} />;
  const owed = state.left.length;
  return (
    <Ask
      title={t(edits.list.length > 0 ? "record:ask.send.title" : "record:ask.send.title_none", names)}
      onClose={onClose}
      actions={<button type="button" className="btn primary" disabled={sending.busy || back.isPending} onClick={() => (edits.list.length === 0 ? back.mutate() : sending.start(edits))}><Icon name="mail" />{t("record:ask.send.do", names)}</button>}
    >
      <p>{t(edits.list.length > 0 ? "record:ask.send.text" : "record:ask.send.text_none", names)}{edits.list.some((e) => threads.get(e.id)?.owed) && ` ${t("record:ask.send.answers")}`}</p>
      {owed > 0 && <p><b>{t("record:ask.send.owed", { count: owed })}</b></p>}
      {sending.error !== undefined && <p className="hint bad" role="alert">{t("record:not_saved")} {say(sending.error)}</p>}
      {back.isError && <p className="hint bad" role="alert">{say(back.error)}</p>}
    </Ask>
  );
}
