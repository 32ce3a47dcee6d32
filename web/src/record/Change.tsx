import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body, heads, tagged } from "../api/client";
import { keys } from "../api/keys";
import { isProblem } from "../api/problem";
import { Ask } from "../parts/Ask";
import { useSaying } from "../parts/Trouble";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useChanged } from "./data";

/** Changes day, purpose, place, and, while nothing is drafted, the form and where it is processed. */
export default function Change({ onClose }: { onClose: () => void }) {
  const { t, lang } = useTexts("manage");
  const { id, interview: x, tag } = useHere();
  const say = useSaying();
  const cache = useQueryClient();
  const changed = useChanged(id);
  const [c, setC] = useState({ recorded_on: x.recorded_on, purpose: x.purpose, place: x.place ?? "", template: x.template, processing: x.processing });
  const early = x.draft === 0;
  const templates = useQuery({ queryKey: keys.templates, queryFn: async () => (await body(api.GET("/v1/templates"))).items, staleTime: Number.POSITIVE_INFINITY, enabled: early });
  const now = { recorded_on: x.recorded_on, purpose: x.purpose, place: x.place ?? "", template: x.template, processing: x.processing };
  const patch = Object.fromEntries(Object.entries(c).filter(([k, v]) => v !== now[k as keyof typeof now]));
  const save = useMutation({
    mutationFn: () => tagged(api.PATCH("/v1/interviews/{id}", { params: { path: { id } }, body: patch, headers: heads({ ifMatch: tag }) })),
    onSuccess: async (next) => {
      cache.setQueryData(keys.interview(id), next);
      await changed();
      onClose();
    },
    onError: (err) => isProblem(err, "precondition_failed") && void changed(),
  });
  return (
    <Ask
      wide title={t("manage:change.title")} back={t("common:stop")} onClose={onClose}
      actions={<button type="button" className="btn primary" disabled={Object.keys(patch).length === 0 || save.isPending} onClick={() => save.mutate()}>{t("manage:change.do")}</button>}
    >
      <p className="small quiet">{t("manage:change.text")}</p>
      <div className="field"><label htmlFor="ch-day">{t("manage:change.day")}</label><input className="in" id="ch-day" type="date" required value={c.recorded_on} onChange={(e) => e.target.value && setC({ ...c, recorded_on: e.target.value })} /></div>
      <div className="field"><label htmlFor="ch-why">{t("manage:change.purpose")}</label><textarea className="in" id="ch-why" maxLength={2000} value={c.purpose} onChange={(e) => setC({ ...c, purpose: e.target.value })} /></div>
      <div className="field"><label htmlFor="ch-where">{t("manage:change.place")}</label><input className="in" id="ch-where" maxLength={200} value={c.place} onChange={(e) => setC({ ...c, place: e.target.value })} /></div>
      {early && (
        <>
          <div className="field">
            <label htmlFor="ch-form">{t("manage:change.template")}</label>
            <select className="in" id="ch-form" value={c.template} onChange={(e) => setC({ ...c, template: e.target.value })}>
              {(templates.data ?? []).map((f) => <option key={f.name} value={f.name}>{f.title[lang] ?? f.title.ja ?? f.name}</option>)}
            </select>
          </div>
          <label className="choice"><input type="checkbox" checked={c.processing === "internal"} onChange={(e) => setC({ ...c, processing: e.target.checked ? "internal" : "external" })} /><span>{t("manage:change.internal")}</span></label>
        </>
      )}
      {save.isError && <p className="hint bad" role="alert">{isProblem(save.error, "precondition_failed") ? t("manage:change.stale") : say(save.error)}</p>}
    </Ask>
  );
}
