import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "../api/client";
import { Ask } from "../parts/Ask";
import { Icon } from "../parts/Icon";
import { useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useChanged } from "./data";

const reasons = ["request", "mistake", "retention", "legal"] as const;

/** Erasing says what is gone and for whom, and asks for the employee's name once. */
export default function Erase({ onClose }: { onClose: () => void }) {
  const { t, lang } = useTexts("record");
  const say = useSaying();
  const { id, interview } = useHere();
  const changed = useChanged(id);
  const [name, setName] = useState("");
  const [reason, setReason] = useState<(typeof reasons)[number]>("request");
  const erase = useMutation({
    mutationFn: () => body(api.DELETE("/v1/interviews/{id}", { params: { path: { id }, query: { reason } } })),
    onSuccess: async (r) => {
      await changed();
      if (r.needs !== "second_person") onClose();
    },
  });
  const same = name.replace(/[\s　]/g, "") === interview.employee.name.replace(/[\s　]/g, "");
  const waits = erase.data?.needs === "second_person";
  return (
    <Ask
      title={t("record:erase.title")}
      back={t(waits ? "common:close" : "common:stop")}
      onClose={onClose}
      actions={!waits && <button type="button" className="btn danger" disabled={!same || erase.isPending} onClick={() => erase.mutate()}><Icon name="trash" />{t("record:erase.do")}</button>}
    >
      {waits ? <p role="status">{t("record:erase.second")}</p> : (
        <>
          <p>{t("record:erase.text", { employee: calling(interview.employee.name, lang), interviewer: calling(interview.interviewer.name, lang) })}</p>
          <div className="field">
            <label htmlFor="erase-reason">{t("record:erase.reason")}</label>
            <select className="in" id="erase-reason" value={reason} onChange={(e) => setReason(e.target.value as (typeof reasons)[number])}>
              {reasons.map((r) => <option key={r} value={r}>{t(`record:erase.because.${r}`)}</option>)}
            </select>
          </div>
          <div className="field">
            <label htmlFor="erase-name">{t("record:erase.name")}</label>
            <input className="in" id="erase-name" autoComplete="off" value={name} placeholder={interview.employee.name} onChange={(e) => setName(e.target.value)} />
          </div>
          {erase.isError && <p className="hint bad" role="alert">{say(erase.error)}</p>}
        </>
      )}
    </Ask>
  );
}
