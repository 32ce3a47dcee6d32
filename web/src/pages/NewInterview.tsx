import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useDeferredValue, useState } from "react";
import { useNavigate } from "react-router";
import { api, body, heads, onceKey } from "../api/client";
import { keys } from "../api/keys";
import { isProblem } from "../api/problem";
import { Bar } from "../parts/Bar";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Trouble, useSaying } from "../parts/Trouble";
import { useMay, useMe } from "../session/session";
import { handIn } from "../record/handIn";
import { useTitle } from "../shell/useTitle";
import { useTexts } from "../texts/use";
import { dayText } from "../time/format";
import { useNow } from "../time/useNow";

/** Opens one interview: with whom, when, in which form, what for; a recording or captions may come along. */
export default function NewInterview() {
  const { t, lang } = useTexts("new");
  const me = useMe();
  const mayOpen = useMay("open");
  const now = useNow();
  const navigate = useNavigate();
  const say = useSaying();
  useTitle(t("new:title"));
  const [words, setWords] = useState("");
  const [employee, setEmployee] = useState("");
  const [interviewer, setInterviewer] = useState("");
  const [on, setOn] = useState(dayText(now));
  const [template, setTemplate] = useState("career-interview");
  const [purpose, setPurpose] = useState("");
  const [place, setPlace] = useState("");
  const [internal, setInternal] = useState(false);
  const [files, setFiles] = useState<File[]>([]);
  const [share, setShare] = useState<number>();
  const [once, setOnce] = useState(onceKey);
  const search = useDeferredValue(words.trim());
  const people = useQuery({
    queryKey: ["people", search],
    queryFn: async () => (search ? await body(api.POST("/v1/users/search", { body: { text: search, limit: 20 } })) : await body(api.GET("/v1/users", { params: { query: { limit: 50 } } }))).items,
    enabled: mayOpen,
    staleTime: 60_000,
  });
  // HR also opens interviews that others hold.
  const hr = me.person.roles.includes("hr");
  const holders = useQuery({
    queryKey: ["people", "interviewers"],
    queryFn: async () => (await body(api.GET("/v1/users", { params: { query: { limit: 200 } } }))).items.filter((p) => p.roles.includes("interviewer") && p.id !== me.person.id && !p.disabled),
    enabled: hr,
    staleTime: 60_000,
  });
  const templates = useQuery({ queryKey: keys.templates, queryFn: async () => (await body(api.GET("/v1/templates"))).items, staleTime: Number.POSITIVE_INFINITY });
  const open = useMutation({
    mutationFn: async () => {
      const x = await body(api.POST("/v1/interviews", {
        body: { employee, ...(interviewer ? { interviewer } : {}), recorded_on: on, template, language: lang, ...(purpose.trim() ? { purpose: purpose.trim() } : {}), ...(place.trim() ? { place: place.trim() } : {}), ...(internal ? { processing: "internal" } : {}) },
        headers: heads({ once }),
      }));
      if (!x) throw new Error("no interview in the answer");
      if (files.length > 0) {
        setShare(0);
        await handIn(x.id, files, setShare).catch(() => undefined); // the interview is open; its page says what is missing and takes the file again
      }
      return x;
    },
    onSuccess: (x) => navigate(`/interviews/${x.id}`),
    onError: () => setOnce(onceKey()),
    onSettled: () => setShare(undefined),
  });
  if (!mayOpen) return <main id="main" tabIndex={-1} className="page"><Empty icon="lock" title={t("new:not_yours")} /></main>;
  const wrong = (field: string) => isProblem(open.error) && open.error.fields.some((f) => f.name === field || f.name.startsWith(`${field}.`));
  const submit = (e: FormEvent) => {
    e.preventDefault();
    open.mutate();
  };
  return (
    <main id="main" tabIndex={-1} className="page">
      <h1>{t("new:title")}</h1>
      <p className="lead">{t("new:text")}</p>
      <form className="form" onSubmit={submit}>
        <div className="field">
          <label htmlFor="who">{t("new:employee")}</label>
          <input className="in" id="who-find" type="search" value={words} placeholder={t("new:find")} aria-label={t("new:find")} onChange={(e) => setWords(e.target.value)} />
          <select className="in" id="who" required value={employee} onChange={(e) => setEmployee(e.target.value)} aria-invalid={wrong("employee") || undefined}>
            <option value="">{t("new:choose")}</option>
            {people.data?.filter((p) => p.id !== me.person.id && !p.disabled).map((p) => <option key={p.id} value={p.id}>{[p.name, p.department].filter(Boolean).join(" · ")}</option>)}
          </select>
          {people.isError && <Trouble error={people.error} again={() => void people.refetch()} />}
          {people.data?.length === 0 && <span className="hint">{t("new:nobody")}</span>}
        </div>
        {hr && (
          <div className="field">
            <label htmlFor="holder">{t("new:interviewer")}</label>
            <select className="in" id="holder" value={interviewer} onChange={(e) => setInterviewer(e.target.value)} aria-invalid={wrong("interviewer") || undefined}>
              <option value="">{t("new:interviewer_self")}</option>
              {holders.data?.filter((p) => p.id !== employee).map((p) => <option key={p.id} value={p.id}>{[p.name, p.department].filter(Boolean).join(" · ")}</option>)}
            </select>
            {holders.isError && <Trouble error={holders.error} again={() => void holders.refetch()} />}
          </div>
        )}
        <div className="field"><label htmlFor="on">{t("new:day")}</label><input className="in" id="on" type="date" required value={on} onChange={(e) => setOn(e.target.value)} aria-invalid={wrong("recorded_on") || undefined} /></div>
        <div className="field">
          <label htmlFor="tpl">{t("new:template")}</label>
          <select className="in" id="tpl" value={template} onChange={(e) => setTemplate(e.target.value)}>
            {(templates.data ?? []).map((x) => <option key={x.name} value={x.name}>{x.title[lang] ?? x.title.ja ?? x.name}</option>)}
          </select>
          <span className="hint">{templates.data?.find((x) => x.name === template)?.purpose[lang]}</span>
        </div>
        <div className="field"><label htmlFor="why">{t("new:purpose")}</label><textarea className="in" id="why" maxLength={2000} value={purpose} placeholder={t("new:purpose_example")} onChange={(e) => setPurpose(e.target.value)} /></div>
        <div className="field"><label htmlFor="where">{t("new:place")}</label><input className="in" id="where" maxLength={200} value={place} onChange={(e) => setPlace(e.target.value)} /></div>
        <label className="choice"><input type="checkbox" checked={internal} onChange={(e) => setInternal(e.target.checked)} /><span>{t("new:internal")}<small>{t("new:internal_note")}</small></span></label>
        <div className="field">
          <span className="field-name">{t("new:files")}</span>
          <span className="acts">
            <label className="btn as-file" htmlFor="files"><Icon name="file" />{t("new:files_choose")}</label>
            <input className="vh" id="files" type="file" multiple accept="audio/*,video/*,.vtt,.srt,.sbv,.txt,.json,.docx" onChange={(e) => setFiles([...(e.target.files ?? [])])} />
            {files.length > 0 && <button type="button" className="btn link" onClick={() => setFiles([])}>{t("new:files_none")}</button>}
          </span>
          {files.length > 0 && <ul className="files">{files.map((f) => <li key={f.name}>{f.name}</li>)}</ul>}
          <span className="hint">{t("new:files_note")}</span>
        </div>
        {share !== undefined && <Bar share={share} label={t("new:sent", { percent: Math.round(share * 100) })} />}
        {open.isError && <p className="hint bad" role="alert">{say(open.error)}</p>}
        <p className="acts"><button type="submit" className="btn primary" disabled={open.isPending}>{t("new:do")}</button></p>
      </form>
    </main>
  );
}
