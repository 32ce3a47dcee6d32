import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useParams } from "react-router";
import { api, body, heads, type Schemas, tagged } from "../api/client";
import { keys } from "../api/keys";
import { isProblem } from "../api/problem";
import { Empty } from "../parts/Empty";
import { Skeleton } from "../parts/Skeleton";
import { Day, Moment } from "../parts/Time";
import { Trouble, useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useInterview } from "../record/data";
import { useKept } from "../record/kept";
import { useMe } from "../session/session";
import { useTitle } from "../shell/useTitle";
import { useTexts } from "../texts/use";
import { Due } from "./Due";

/** Before the talk: the employee's sheet, the interviewer's briefing. */
export default function Prepare() {
  const { id = "" } = useParams();
  const { t, lang } = useTexts("prepare");
  const interview = useInterview(id);
  useTitle(t("prepare:title"));
  const x = interview.data?.value;
  if (interview.isError) return <main id="main" tabIndex={-1} className="page"><Trouble error={interview.error} again={() => void interview.refetch()} /></main>;
  if (!x) return <main id="main" tabIndex={-1} className="page"><Skeleton shape="record" /></main>;
  return (
    <main id="main" tabIndex={-1} className="page">
      <p><Link to={`/interviews/${id}`}>{t("prepare:to_interview", { name: x.employee.name })}</Link></p>
      <h1>{t(x.relation === "subject" ? "prepare:sheet" : "prepare:title")}</h1>
      <p className="lead"><Day on={x.recorded_on} year /> {t("prepare:with", { name: calling(x.relation === "subject" ? x.interviewer.name : x.employee.name, lang) })}</p>
      {x.relation === "subject" ? <SheetForm id={id} interview={x} /> : x.can.includes("briefing") ? <Briefing id={id} interview={x} /> : <Empty icon="lock" title={t("prepare:closed")} />}
    </main>
  );
}

/** The questions of the sheet: the sections of the template that have any, in the person's language. */
function useQuestions(interview: Schemas["Interview"]) {
  const { lang } = useTexts();
  const template = useQuery({ queryKey: keys.template(interview.template), queryFn: () => body(api.GET("/v1/templates/{name}", { params: { path: { name: interview.template } } })), staleTime: Number.POSITIVE_INFINITY });
  const sections = (template.data?.sections ?? []).filter((s) => (s.questions[lang]?.length ?? 0) > 0 && !s.sensitive);
  return { template, questions: sections.map((s) => ({ key: s.key, title: s.title[lang] ?? s.key, ask: s.questions[lang] ?? [] })) };
}

function SheetForm({ id, interview }: { id: string; interview: Schemas["Interview"] }) {
  const { t, lang } = useTexts("prepare");
  const say = useSaying();
  const cache = useQueryClient();
  const { template, questions } = useQuestions(interview);
  const sheet = useQuery({ queryKey: keys.sheet(id), queryFn: () => tagged(api.GET("/v1/interviews/{id}/sheet", { params: { path: { id } } })) });
  const [kept, keep] = useKept(`sheet:${id}`);
  const [answers, setAnswers] = useState<Record<string, string>>();
  useEffect(() => {
    if (!sheet.data || answers) return;
    const stored = Object.fromEntries(sheet.data.value.answers.map((a) => [a.key, a.text]));
    setAnswers(kept ? { ...stored, ...(JSON.parse(kept) as Record<string, string>) } : stored);
  }, [sheet.data, answers, kept]);
  const mayWrite = interview.can.includes("write_sheet");
  const save = useMutation({
    mutationFn: () => tagged(api.PUT("/v1/interviews/{id}/sheet", {
      params: { path: { id } },
      body: { answers: Object.entries(answers ?? {}).filter(([, v]) => v.trim()).map(([key, text]) => ({ key, text: text.trim() })) },
      headers: heads(sheet.data?.value.updated_at ? { ifMatch: sheet.data.tag } : {}),
    })),
    onSuccess: (saved) => {
      keep("");
      cache.setQueryData(keys.sheet(id), saved);
    },
    onError: (err) => isProblem(err, "precondition_failed") && void sheet.refetch(),
  });
  if (template.isError || sheet.isError) return <Trouble error={template.error ?? sheet.error} />;
  if (!answers || template.isPending) return <Skeleton shape="record" />;
  const free = { key: "free", title: t("prepare:free"), ask: [t("prepare:free_ask")] };
  if (!mayWrite && Object.keys(answers).length === 0) return <Empty icon="calendar" title={t("prepare:none")} />;
  return (
    <form className="form" onSubmit={(e) => { e.preventDefault(); save.mutate(); }}>
      <p>{t("prepare:sheet_text", { name: calling(interview.interviewer.name, lang) })}</p>
      {[...questions, free].map((q) => (
        <div className="field" key={q.key}>
          <label htmlFor={`q-${q.key}`}>{q.title}</label>
          <span className="hint">{q.ask.slice(0, 2).join(" ")}</span>
          {mayWrite
            ? <textarea className="in" id={`q-${q.key}`} value={answers[q.key] ?? ""} maxLength={4000} onChange={(e) => { const next = { ...answers, [q.key]: e.target.value }; setAnswers(next); keep(JSON.stringify(next)); }} />
            : <p>{answers[q.key]}</p>}
        </div>
      ))}
      {save.isError && <p className="hint bad" role="alert">{say(save.error)}</p>}
      {mayWrite && (
        <p className="acts">
          <button type="submit" className="btn primary" disabled={save.isPending}>{t("prepare:save", { name: calling(interview.interviewer.name, lang) })}</button>
          <span role="status" className="small quiet">{save.isSuccess && !kept ? t("prepare:saved") : sheet.data?.value.updated_at ? <Moment at={sheet.data.value.updated_at} exact /> : ""}</span>
        </p>
      )}
    </form>
  );
}

function Briefing({ id, interview }: { id: string; interview: Schemas["Interview"] }) {
  const { t, lang } = useTexts("prepare");
  const { questions } = useQuestions(interview);
  const query = useQuery({ queryKey: keys.briefing(id), queryFn: () => body(api.GET("/v1/interviews/{id}/briefing", { params: { path: { id } } })) });
  if (query.isError) return <Trouble error={query.error} again={() => void query.refetch()} />;
  if (!query.data) return <Skeleton shape="record" />;
  const b = query.data;
  const title = (key: string) => questions.find((q) => q.key === key)?.title ?? t("prepare:free");
  return (
    <>
      <ReadAloud interview={interview} />
      <section className="sec" aria-labelledby="b-a">
        <h2 id="b-a">{t("prepare:promised")}</h2>
        {b.actions.length === 0 ? <p className="absent">{t("prepare:no_actions")}</p> : (
          <ul className="promises">
            {b.actions.map((p) => <li className="promise-row" key={p.id}><div><Due on={p.due_date} said={p.due} open /><p>{p.text}</p><p className="for">{p.person ? calling(p.person.name, lang) : ""}</p></div></li>)}
          </ul>
        )}
      </section>
      <section className="sec" aria-labelledby="b-s">
        <h2 id="b-s">{t("prepare:sheet")}</h2>
        {b.sheet.answers.length === 0 ? <p className="absent">{t("prepare:no_sheet")}</p> : b.sheet.answers.map((a) => <div className="ins-sec" key={a.key}><h3>{title(a.key)}</h3><p className="said-text">{a.text}</p></div>)}
      </section>
      <section className="sec" aria-labelledby="b-l">
        <h2 id="b-l">{t("prepare:last")}</h2>
        {!b.last ? <p className="absent">{t("prepare:no_last")}</p> : (
          <>
            <p className="small quiet"><Link to={`/interviews/${b.last.interview}`}><Day on={b.last.recorded_on} year /></Link></p>
            {b.last.summary.map((s) => <p key={s}>{s}</p>)}
            {b.last.sections.filter((s) => s.statements.length > 0).map((s) => (
              <div className="ins-sec" key={s.key}><h3>{s.title}</h3><ul className="dots">{s.statements.map((x) => <li key={x.id}>{x.text}</li>)}</ul></div>
            ))}
          </>
        )}
      </section>
    </>
  );
}

/** What is read aloud before the recording is started; the recording begins only after the answer. */
function ReadAloud({ interview }: { interview: Schemas["Interview"] }) {
  const { t } = useTexts("prepare");
  const { installation } = useMe();
  if (!["needs_consent", "awaiting_recording"].includes(interview.status) || interview.by_hand) return null;
  const outside = interview.processing === "external" ? installation.processors.filter((p) => !p.internal) : [];
  const of = (what: string) => outside.find((p) => p.for === what);
  const named = (p: { processor: string; country: string } | undefined) => (p ? [p.processor, p.country].filter(Boolean).join(" · ") : t("prepare:aloud.inside"));
  return (
    <section className="sec" aria-labelledby="b-r">
      <h2 id="b-r">{t("prepare:aloud.title")}</h2>
      <blockquote className="aloud">
        <p>{t("prepare:aloud.begin")} {outside.length > 0 ? t("prepare:aloud.outside", { stt: named(of("stt")), llm: named(of("llm")) }) : t("prepare:aloud.house")} {t("prepare:aloud.keep", { days: installation.audio_days })}</p>
      </blockquote>
      <p className="small quiet">{t("prepare:aloud.wait")}</p>
      <blockquote className="aloud"><p>{t("prepare:aloud.started")}</p></blockquote>
    </section>
  );
}
