import { useMutation } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, body, heads, onceKey } from "../api/client";
import { Bar } from "../parts/Bar";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Notice } from "../parts/Notice";
import { calling } from "../parts/names";
import { useSaying } from "../parts/Trouble";
import { useTexts } from "../texts/use";
import { standingOf } from "../status/phrase";
import { useHere } from "./context";
import { useChanged } from "./data";
import { HandIn } from "./HandIn";

const steps = ["queued", "preparing", "transcribing", "drafting", "in_review"] as const;

/** The page while there is no record to read yet: where it stands and the one thing to do next. */
export default function Before() {
  const { t, lang } = useTexts("record");
  const { id, interview, may } = useHere();
  const names = { interviewer: calling(interview.interviewer.name, lang), employee: calling(interview.employee.name, lang) };
  const employee = interview.relation === "subject";
  const working = ["queued", "preparing", "transcribing", "drafting", "revising"].includes(interview.status);
  const links = (
    <p className="acts">
      {may("consent") && <Link className={interview.status === "needs_consent" && employee ? "btn primary" : "btn"} to={`/interviews/${id}/consent`}><Icon name="consent" />{t(employee ? "record:before.consent_employee" : "record:before.consent")}</Link>}
      {(may("briefing") || may("read_sheet")) && !working && <Link className="btn" to={`/interviews/${id}/prepare`}><Icon name="calendar" />{t(employee ? "record:before.sheet" : "record:before.prepare")}</Link>}
    </p>
  );
  if (interview.closed && interview.relation === "interviewer" && interview.draft > 0) return <Empty icon="lock" title={t("record:before.handed_title")}>{t("record:before.handed", names)}</Empty>;
  if (working) return <Working />;
  switch (interview.status) {
    case "erased":
      return <Empty icon="trash" title={t("record:before.erased_title")}>{t("record:before.erased")}</Empty>;
    case "checking":
      return <Empty icon="eye" title={t("record:before.checking_title", names)}>{t("record:before.checking")}</Empty>;
    case "in_review":
    case "revising":
    case "approved":
    case "closed_unconfirmed":
      return <Empty icon="lock" title={t("record:before.closed_title")}>{t("record:before.closed")}</Empty>;
    case "needs_consent":
      return (
        <div className="before">
          <Notice tone={employee ? "" : "warn"} icon="consent" title={t(employee ? "record:before.ask_employee_title" : "record:before.ask_title", names)} actions={links}>
            {t(employee ? "record:before.ask_employee" : interview.recording ? "record:before.ask_kept" : "record:before.ask", names)}
          </Notice>
          {may("upload") && <HandIn />}
        </div>
      );
    case "failed":
    case "needs_transcription":
      return (
        <div className="before">
          <Notice tone={employee ? "" : interview.status === "failed" ? "bad" : "warn"} title={t(interview.status === "failed" && !employee ? "record:before.failed_title" : "record:before.waits_title")} actions={<Again />}>
            {interview.error?.message ?? t("record:before.waits")}
          </Notice>
          {may("upload") && <HandIn />}
          {links}
        </div>
      );
    default:
      return (
        <div className="before">
          <Empty icon={interview.by_hand ? "hand" : "mic"} title={t(interview.by_hand ? "record:before.by_hand_title" : "record:before.none_title")}>
            {t(interview.by_hand ? (employee ? "record:before.by_hand_employee" : "record:before.by_hand") : employee ? "record:before.none_employee" : "record:before.none", names)}
          </Empty>
          {may("upload") && !interview.by_hand && <HandIn />}
          {may("write_by_hand") && <ByHand main={interview.by_hand} />}
          {links}
        </div>
      );
  }
}

/** The steps of the work with their counts, live. A screen reader hears each finished step. */
function Working() {
  const { t, lang } = useTexts("record");
  const { interview } = useHere();
  const step = interview.progress?.step ?? interview.status;
  const at = steps.indexOf(step === "revising" ? "drafting" : (step as (typeof steps)[number]));
  const { done = 0, total = 0 } = interview.progress ?? {};
  const held = interview.progress?.held;
  const beside = standingOf(interview.progress, lang);
  return (
    <div className="before">
      {!held && <p className="lead">{t("record:before.working")}</p>}
      {held && (
        <Notice title={t(`record:before.held.${held}_title`)}>{held === "waiting" && interview.error?.message ? interview.error.message : t(`record:before.held.${held}`)}</Notice>
      )}
      <ol className="steps">
        {steps.map((s, i) => (
          <li key={s} className={i < at ? "ok" : i === at ? "on" : "wait"} aria-current={i === at ? "step" : undefined}>
            <Icon name={i < at ? "check" : i === at ? (s === "drafting" ? "pen" : s === "queued" ? "clock" : "wave") : "clock"} />
            <span>{t(i < at ? `record:step.${s}_done` : i === at ? `record:step.${s}_on` : `record:step.${s}`)}</span>
            <span className="num">{i === at && total > 0 ? `${done}/${total}` : ""} {i === at && beside && !held ? t(beside.note, beside.values) : ""}</span>
          </li>
        ))}
      </ol>
      {total > 0 && <Bar share={done / total} label={`${done}/${total}`} />}
      <p className="vh-live" role="status">{t(`record:step.${steps[at] ?? "queued"}_on`)} {interview.progress?.ahead ? t("common:note.ahead", { count: interview.progress.ahead }) : ""}</p>
    </div>
  );
}

function Again() {
  const { t } = useTexts("record");
  const { id, interview, may } = useHere();
  const say = useSaying();
  const changed = useChanged(id);
  const retry = useMutation({
    mutationFn: (ask: { partial?: boolean; engine?: "extractive" }) => body(api.POST("/v1/interviews/{id}/retry", { params: { path: { id } }, body: ask, headers: heads({ once: onceKey() }) })),
    onSuccess: changed,
  });
  if (!may("retry")) return null;
  return (
    <>
      <button type="button" className="btn" disabled={retry.isPending} onClick={() => retry.mutate({})}><Icon name="refresh" />{t("common:error.again")}</button>
      {interview.error?.code === "recording_truncated" && <button type="button" className="btn" onClick={() => retry.mutate({ partial: true })}>{t("record:before.partial")}</button>}
      {interview.error?.code === "endpoint_answer_unusable" && <button type="button" className="btn" onClick={() => retry.mutate({ engine: "extractive" })}>{t("record:before.extractive")}</button>}
      {retry.isError && <span className="hint bad" role="alert">{say(retry.error)}</span>}
    </>
  );
}

/** Begins the record that people write themselves, in the same form. */
function ByHand({ main }: { main: boolean }) {
  const { t } = useTexts("record");
  const { id } = useHere();
  const say = useSaying();
  const changed = useChanged(id);
  const begin = useMutation({
    mutationFn: () => body(api.POST("/v1/interviews/{id}/drafts", { params: { path: { id } }, body: { by_hand: true }, headers: heads({ once: onceKey() }) })),
    onSuccess: changed,
  });
  return (
    <p className="acts">
      <button type="button" className={main ? "btn primary" : "btn quiet-btn"} disabled={begin.isPending} onClick={() => begin.mutate()}><Icon name="hand" />{t("record:before.write")}</button>
      {begin.isError && <span className="hint bad" role="alert">{say(begin.error)}</span>}
    </p>
  );
}
