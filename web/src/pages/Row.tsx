import { useMutation } from "@tanstack/react-query";
import { Link } from "react-router";
import { type Action, api, body, heads, onceKey, type Schemas } from "../api/client";
import { Day } from "../parts/Time";
import { useToast } from "../parts/Toast";
import { useSaying } from "../parts/Trouble";
import { StatusPhrase } from "../status/StatusPhrase";
import { useTexts } from "../texts/use";
import { daysBetween, parseDay } from "../time/format";
import { useNow } from "../time/useNow";

type Interview = Schemas["Interview"];

/** What a person would do next with an interview, and where. */
function next(x: Interview, now: Date): { key: string; to: string; main?: boolean } | undefined {
  const own = `/interviews/${x.id}`;
  const employee = x.relation === "subject";
  const may = (a: Action) => x.can.includes(a);
  switch (x.status) {
    case "needs_consent":
      return employee ? { key: "list:next.consent", to: `${own}/consent`, main: true } : may("attest") ? { key: "list:next.see_consent", to: `${own}/consent` } : undefined;
    case "awaiting_recording":
      if (employee) return may("write_sheet") && !x.by_hand ? { key: "list:next.sheet", to: `${own}/prepare` } : undefined;
      if (x.by_hand) return may("write_by_hand") ? { key: "list:next.write", to: own } : undefined;
      if (may("briefing") && ahead(x, now)) return { key: "list:next.prepare", to: `${own}/prepare` };
      return may("upload") ? { key: "list:next.upload", to: own } : undefined;
    case "needs_transcription":
      return may("upload") ? { key: "list:next.captions", to: own } : undefined;
    case "failed":
      return may("upload") || may("retry") ? { key: "list:next.failed", to: own } : undefined;
    case "checking":
      return may("release") ? { key: "list:next.check", to: own } : undefined;
    case "in_review":
      if (employee && x.waiting_for === "employee") return { key: "list:next.review", to: own, main: true };
      if (x.relation === "interviewer" && (x.waiting_for === "interviewer" || x.owed > 0)) return { key: "list:next.answer", to: own };
      return undefined;
    default:
      return undefined;
  }
}

/** Whether the talk is still to come. */
function ahead(x: Interview, now: Date): boolean {
  const day = parseDay(x.recorded_on);
  return day !== undefined && daysBetween(day, now) < 0;
}

/** Days after which an unanswered record may be brought to mind from the list. */
const quietDays = 3;

/** Whether somebody who looks after the interview may want to remind the employee. */
export function mayRemind(x: Interview, now: Date): boolean {
  if (!x.can.includes("remind")) return false;
  if (x.status === "needs_consent") return daysBetween(new Date(x.created_at), now) >= 1;
  return x.status === "in_review" && x.waiting_for === "employee" && x.owed === 0 && !!x.review_since && daysBetween(new Date(x.review_since), now) >= quietDays;
}

function RemindButton({ interview: x }: { interview: Interview }) {
  const { t } = useTexts("list");
  const toast = useToast();
  const say = useSaying();
  const tell = useMutation({
    mutationFn: () => body(api.POST("/v1/interviews/{id}/remind", { params: { path: { id: x.id } }, headers: heads({ once: onceKey() }) })),
    onSuccess: () => toast({ text: t("list:remind.done", { name: x.employee.name }) }),
  });
  if (tell.isError) return <span className="small" role="alert">{say(tell.error)}</span>;
  return <button type="button" className="btn" disabled={tell.isPending || tell.isSuccess} onClick={() => tell.mutate()}>{t(x.status === "needs_consent" ? "list:remind.consent" : "list:remind.review")}<span className="vh"> {x.employee.name}</span></button>;
}

/** One interview in a list. The name is the link and covers the row; the action lies above it. */
export function Row({ interview: x, by = "employee" }: { interview: Interview; by?: "employee" | "interviewer" }) {
  const { t } = useTexts("list");
  const now = useNow();
  const to = next(x, now);
  const name = by === "employee" ? x.employee.name : t("list:with", { name: x.interviewer.name });
  return (
    <li className="row">
      <Link className="name" to={`/interviews/${x.id}`}>{name}</Link>
      <span className="date"><Day on={x.recorded_on} /></span>
      <span className="what"><StatusPhrase interview={x} list /></span>
      <span className="act">{mayRemind(x, now) ? <RemindButton interview={x} /> : to && <Link className={to.main ? "btn primary" : "btn"} to={to.to}>{t(to.key)}<span className="vh"> {name}</span></Link>}</span>
    </li>
  );
}
