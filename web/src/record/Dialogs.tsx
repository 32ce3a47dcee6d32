import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { api, body, heads, onceKey } from "../api/client";
import { isProblem } from "../api/problem";
import { Ask } from "../parts/Ask";
import { Icon } from "../parts/Icon";
import { useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useChanged } from "./data";
import type { Dialog } from "./Decide";
import { Send } from "./Send";
import { useReview } from "./useReview";

const closings = ["no_answer", "left_company", "on_leave", "other"] as const;

/** The dialogs of the decision bar: each asks once and says what follows. */
export default function Dialogs({ kind, onKind, onClose }: { kind: Exclude<Dialog, "">; onKind: (d: Dialog) => void; onClose: () => void }) {
  if (kind === "send") return <Send onClose={onClose} />;
  return <Simple kind={kind} onKind={onKind} onClose={onClose} />;
}

function Simple({ kind, onKind, onClose }: { kind: Exclude<Dialog, "" | "send">; onKind: (d: Dialog) => void; onClose: () => void }) {
  const { t, lang } = useTexts("record");
  const { id, interview } = useHere();
  const { draft, state } = useReview();
  const say = useSaying();
  const field = useId();
  const changed = useChanged(id);
  const [note, setNote] = useState("");
  const [reason, setReason] = useState<(typeof closings)[number]>("no_answer");
  const [once] = useState(onceKey);
  const path = { id };
  const names = { interviewer: calling(interview.interviewer.name, lang), employee: calling(interview.employee.name, lang), version: draft.version, count: state.statements };
  const act = useMutation({
    mutationFn: async () => {
      const headers = heads({ once });
      const words = note.trim();
      const params = { path };
      switch (kind) {
        case "approve":
          return body(api.POST("/v1/interviews/{id}/decision", { params, headers, body: { draft: draft.version, decision: "approve" } }));
        case "objection":
          return body(api.POST("/v1/interviews/{id}/decision", { params, headers, body: { draft: draft.version, decision: "approve", objection: words } }));
        case "changes":
          return body(api.POST("/v1/interviews/{id}/decision", { params, headers, body: { draft: draft.version, decision: "request_changes", ...(words ? { note: words } : {}) } }));
        case "release":
          return body(api.POST("/v1/interviews/{id}/release", { params, headers, body: { draft: draft.version } }));
        case "reopen":
          return body(api.POST("/v1/interviews/{id}/reopen", { params, headers, body: words ? { note: words } : {} }));
        case "revise":
          return body(api.POST("/v1/interviews/{id}/revise", { params, headers, body: { draft: draft.version, ...(words ? { instruction: words } : {}) } }));
        case "close":
          return body(api.POST("/v1/interviews/{id}/close", { params, headers, body: { reason } }));
      }
    },
    onSuccess: async () => {
      onClose();
      await changed();
    },
    onError: (err) => {
      if (isProblem(err, "draft_superseded", "review_incomplete", "state_conflict")) void changed();
    },
  });
  const written = kind === "objection" ? note.trim() !== "" : true;
  const asksText = kind === "objection" || kind === "changes" || kind === "reopen" || kind === "revise";
  return (
    <Ask
      title={t(`record:ask.${kind}.title`, names)}
      onClose={onClose}
      actions={
        <button type="button" className="btn primary" disabled={!written || act.isPending} onClick={() => act.mutate()}>
          {(kind === "approve" || kind === "objection") && <Icon name="seal" />}{t(`record:ask.${kind}.do`, names)}
        </button>
      }
    >
      {kind === "approve" ? (
        <>
          <p>
            <b>{t("record:ask.approve.all", names)}</b> {t("record:ask.approve.readers", names)} {state.sensitive > 0 && t("record:ask.approve.sensitive", { ...names, count: state.sensitive })}
          </p>
          <p className="small quiet">{t("record:ask.approve.sealed")}</p>
        </>
      ) : <p>{t(`record:ask.${kind}.text`, names)}</p>}
      {asksText && (
        <div className="field">
          <label htmlFor={field}>{t(`record:ask.${kind}.label`, names)}</label>
          <textarea className="in" id={field} value={note} maxLength={kind === "revise" ? 2000 : 4000} onChange={(e) => setNote(e.target.value)} />
        </div>
      )}
      {kind === "close" && (
        <div className="field">
          <label htmlFor={field}>{t("record:ask.close.label")}</label>
          <select className="in" id={field} value={reason} onChange={(e) => setReason(e.target.value as (typeof closings)[number])}>
            {closings.map((r) => <option key={r} value={r}>{t(`record:ask.close.because.${r}`)}</option>)}
          </select>
        </div>
      )}
      {act.isError && <p className="hint bad" role="alert">{say(act.error)}</p>}
      {kind === "approve" && <p><button type="button" className="btn link flat" onClick={() => onKind("objection")}>{t("record:decide.object")}</button></p>}
    </Ask>
  );
}
