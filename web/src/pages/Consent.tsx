import { useMutation, useQuery } from "@tanstack/react-query";
import { Fragment, useId, useState } from "react";
import { Link, useParams } from "react-router";
import { api, body, heads, onceKey, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { Ask } from "../parts/Ask";
import { Icon } from "../parts/Icon";
import { Notice } from "../parts/Notice";
import { Skeleton } from "../parts/Skeleton";
import { Moment } from "../parts/Time";
import { Trouble, useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useChanged, useInterview } from "../record/data";
import { useTitle } from "../shell/useTitle";
import { useTexts } from "../texts/use";
import { useQueryClient } from "@tanstack/react-query";
import { day, parseDay } from "../time/format";
import { useNow } from "../time/useNow";

type Decision = Schemas["ConsentDecision"]["decision"];

/** The notice, and one's own decision about it. Yes and no weigh the same. */
export default function Consent() {
  const { id = "" } = useParams();
  const { t, lang } = useTexts("consent");
  const interview = useInterview(id);
  const page = useQuery({ queryKey: keys.consent(id), queryFn: () => body(api.GET("/v1/interviews/{id}/consent", { params: { path: { id } } })) });
  useTitle(t("consent:title"));
  const x = interview.data?.value;
  const now = useNow();
  if (interview.isError || page.isError) return <main id="main" tabIndex={-1} className="page"><Trouble error={interview.error ?? page.error} again={() => { void interview.refetch(); void page.refetch(); }} /></main>;
  if (!x || !page.data) return <main id="main" tabIndex={-1} className="page"><Skeleton shape="record" /></main>;
  const on = parseDay(x.recorded_on);
  const names = { interviewer: calling(x.interviewer.name, lang), employee: calling(x.employee.name, lang), day: on ? day(on, now, lang) : x.recorded_on };
  return (
    <main id="main" tabIndex={-1} className="page">
      <p><Link to={`/interviews/${id}`}>{x.relation === "subject" ? t("consent:to_own") : t("consent:to_interview", { name: x.employee.name })}</Link></p>
      <h1>{x.relation === "subject" && !page.data.own ? t("consent:ask", names) : t("consent:title")}</h1>
      <Standing page={page.data} names={names} subject={x.relation === "subject"} employee={x.employee.id} />
      {x.can.includes("consent") && x.status !== "erased" && <Decide id={id} interview={x} page={page.data} />}
      {x.can.includes("attest") && <Attest id={id} page={page.data} interview={x} />}
      {x.status !== "erased" && page.data.notice.text && (
        <section className="notice-text" aria-label={t("consent:notice")} lang={page.data.notice.language}>
          <NoticeText text={page.data.notice.text} />
          <p className="small quiet">{t("consent:version", { name: page.data.notice.name })}</p>
        </section>
      )}
      {page.data.history.length > 0 && (
        <section className="ask-box">
          <h2>{t("consent:history")}</h2>
          <ol className="log">
            {page.data.history.map((e) => (
              <li key={`${e.at}${e.person.id}`}><Moment at={e.at} exact /><span>{t(`consent:did.${e.decision}`, { person: calling(e.person.name, lang), by: calling(e.by.name, lang) })}{e.decision === "given" && e.abroad ? ` ${t("consent:abroad_yes")}` : ""}</span></li>
            ))}
          </ol>
        </section>
      )}
    </main>
  );
}

/** Paragraphs of the notice; a heading stands between double asterisks, the first of them is the title. */
function NoticeText({ text }: { text: string }) {
  return text.split(/\n+/).filter((l) => l.trim()).map((line, i) => {
    const m = /^\*\*(.+?)\*\*\s*(.*)$/s.exec(line);
    if (!m) return <p key={i}>{line}</p>;
    if (i === 0 && !m[2]) return <h2 key={i}>{m[1]}</h2>;
    return <Fragment key={i}><h3>{m[1]}</h3>{m[2] && <p>{m[2]}</p>}</Fragment>;
  });
}

function Standing({ page, names, subject, employee }: { page: Schemas["ConsentPage"]; names: Record<string, string>; subject: boolean; employee: string }) {
  const { t } = useTexts("consent");
  const now = page.participants.find((e) => e.person.id === employee);
  if (!now) return <p className="lead">{t(subject ? "consent:standing.open_employee" : "consent:standing.open", names)}</p>;
  return (
    <div className="standing">
      <p><span className={`status ${now.decision === "given" ? "done" : ""}`}><Icon name={now.decision === "given" ? "check" : now.decision === "attested" ? "consent" : "dash"} />{t(`consent:standing.${now.decision}`, names)}</span> <Moment at={now.at} exact /></p>
      {(!subject || now.decision !== "attested") && <p className="quiet">{subject ? t(`consent:follows.${now.decision}`, names) : t(`consent:follows_other.${now.decision}`, names)}</p>}
    </div>
  );
}

function Decide({ id, interview, page }: { id: string; interview: Schemas["Interview"]; page: Schemas["ConsentPage"] }) {
  const { t, lang } = useTexts("consent");
  const say = useSaying();
  const cache = useQueryClient();
  const changed = useChanged(id);
  const box = useId();
  const subject = interview.relation === "subject";
  const [abroad, setAbroad] = useState<boolean>();
  const [asked, setAsked] = useState<"refused" | "withdrawn" | "objected">();
  const decide = useMutation({
    mutationFn: (decision: Decision) => body(api.PUT("/v1/interviews/{id}/consent", {
      params: { path: { id } }, headers: heads({ once: onceKey() }),
      body: { decision, ...(decision === "given" ? { notice: page.notice.id, abroad: page.asks_abroad ? (abroad ?? false) : false } : {}) },
    })),
    onSuccess: async () => {
      setAsked(undefined);
      await Promise.all([cache.invalidateQueries({ queryKey: keys.consent(id) }), changed()]);
    },
    onError: () => cache.invalidateQueries({ queryKey: keys.consent(id) }), // the notice may be another by now
  });
  const own = page.own?.decision;
  const names = { interviewer: calling(interview.interviewer.name, lang) };
  const open = own === undefined || own === "refused" || own === "objected" || own === "attested";
  const needsAbroad = page.asks_abroad && subject && open;
  const beforeApproval = interview.sealed === 0;
  return (
    <section className="ask-box" aria-labelledby={`${box}-h`}>
      <h2 id={`${box}-h`}>{t(subject ? "consent:own" : "consent:own_voice")}</h2>
      {page.notice.short && open && <p>{page.notice.short}</p>}
      {page.notice.processing && <p className="small quiet">{page.notice.processing}</p>}
      {needsAbroad && (
        <fieldset className="choices">
          <legend>{t("consent:abroad")}</legend>
          {[true, false].map((v) => (
            <label className="choice" key={String(v)}><input type="radio" name={`${box}-abroad`} checked={abroad === v} onChange={() => setAbroad(v)} /><span>{t(v ? "consent:abroad_yes" : "consent:abroad_no")}{!v && <small>{t("consent:abroad_no_note")}</small>}</span></label>
          ))}
        </fieldset>
      )}
      {own === "attested" && <Notice icon="consent" title={t("consent:attested_title", names)}>{t("consent:attested")}</Notice>}
      <p className="acts two">
        {open && <button type="button" className="btn" disabled={decide.isPending || (needsAbroad && abroad === undefined)} onClick={() => decide.mutate("given")}>{t(own === "attested" ? "consent:confirm" : "consent:give")}</button>}
        {open && own !== "refused" && own !== "attested" && <button type="button" className="btn" disabled={decide.isPending} onClick={() => setAsked("refused")}>{t("consent:refuse")}</button>}
        {own === "attested" && <button type="button" className="btn" disabled={decide.isPending} onClick={() => setAsked("objected")}>{t("consent:object")}</button>}
        {own === "given" && <button type="button" className="btn" disabled={decide.isPending} onClick={() => setAsked("withdrawn")}>{t("consent:withdraw")}</button>}
      </p>
      {open && subject && <p className="small quiet">{t("consent:no_harm", names)}</p>}
      {decide.isError && !asked && <p className="hint bad" role="alert">{say(decide.error)}</p>}
      {asked && (
        <Ask
          title={t(`consent:sure.${asked}_title`)} onClose={() => setAsked(undefined)}
          actions={<button type="button" className={asked === "withdrawn" ? "btn danger" : "btn primary"} disabled={decide.isPending} onClick={() => decide.mutate(asked)}>{t(asked === "refused" ? "consent:refuse" : asked === "objected" ? "consent:object" : "consent:withdraw")}</button>}
        >
          <p>{t(asked === "withdrawn" && !beforeApproval ? "consent:sure.withdrawn_after" : `consent:sure.${asked}`, names)}</p>
          {decide.isError && <p className="hint bad" role="alert">{say(decide.error)}</p>}
        </Ask>
      )}
    </section>
  );
}

/** The interviewer states that the employee agreed, in words or on paper; the employee sees it and can object. */
function Attest({ id, page, interview }: { id: string; page: Schemas["ConsentPage"]; interview: Schemas["Interview"] }) {
  const { t, lang } = useTexts("consent");
  const say = useSaying();
  const cache = useQueryClient();
  const changed = useChanged(id);
  const box = useId();
  const [method, setMethod] = useState<"spoken" | "written">(); // never chosen beforehand: it is a statement of one's own
  const attest = useMutation({
    mutationFn: () => body(api.POST("/v1/interviews/{id}/consent/attestation", { params: { path: { id } }, body: { method: method ?? "spoken", notice: page.notice.id }, headers: heads({ once: onceKey() }) })),
    onSuccess: () => Promise.all([cache.invalidateQueries({ queryKey: keys.consent(id) }), changed()]),
    onError: () => cache.invalidateQueries({ queryKey: keys.consent(id) }),
  });
  const now = page.participants.find((e) => e.person.id === interview.employee.id);
  if (now && now.decision !== "withdrawn") return null;
  return (
    <section className="ask-box">
      <h2>{t("consent:attest.title")}</h2>
      <p>{page.attest_text || t("consent:attest.text", { employee: calling(interview.employee.name, lang) })}</p>
      <fieldset className="choices">
        <legend className="vh">{t("consent:attest.how")}</legend>
        {(["spoken", "written"] as const).map((m) => <label className="choice" key={m}><input type="radio" name={`${box}-m`} checked={method === m} onChange={() => setMethod(m)} /><span>{t(`consent:attest.${m}`)}</span></label>)}
      </fieldset>
      <p className="acts"><button type="button" className="btn" disabled={!method || attest.isPending} onClick={() => attest.mutate()}>{t("consent:attest.do")}</button></p>
      {attest.isError && <p className="hint bad" role="alert">{say(attest.error)}</p>}
    </section>
  );
}
