import { Link } from "react-router";
import type { Action, Schemas } from "../api/client";
import { Day } from "../parts/Time";
import { StatusPhrase } from "../status/StatusPhrase";
import { useTexts } from "../texts/use";

type Interview = Schemas["Interview"];

/** What a person would do next with an interview, and where. */
function next(x: Interview): { key: string; to: string } | undefined {
  const own = `/interviews/${x.id}`;
  const employee = x.relation === "subject";
  const may = (a: Action) => x.can.includes(a);
  switch (x.status) {
    case "needs_consent":
      return employee ? { key: "list:next.consent", to: `${own}/consent` } : may("attest") ? { key: "list:next.see_consent", to: `${own}/consent` } : undefined;
    case "awaiting_recording":
      if (employee) return may("write_sheet") && !x.by_hand ? { key: "list:next.sheet", to: `${own}/prepare` } : undefined;
      if (x.by_hand) return may("write_by_hand") ? { key: "list:next.write", to: own } : undefined;
      return may("upload") ? { key: "list:next.upload", to: own } : undefined;
    case "needs_transcription":
      return may("upload") ? { key: "list:next.captions", to: own } : undefined;
    case "failed":
      return may("upload") || may("retry") ? { key: "list:next.failed", to: own } : undefined;
    case "checking":
      return may("release") ? { key: "list:next.check", to: own } : undefined;
    case "in_review":
      if (employee && x.waiting_for === "employee") return { key: "list:next.review", to: own };
      if (x.relation === "interviewer" && x.waiting_for === "interviewer") return { key: "list:next.answer", to: own };
      return undefined;
    default:
      return undefined;
  }
}

/** One interview in a list. The name is the link and covers the row; the action lies above it. */
export function Row({ interview: x, by = "employee" }: { interview: Interview; by?: "employee" | "interviewer" }) {
  const { t } = useTexts("list");
  const to = next(x);
  const name = by === "employee" ? x.employee.name : t("list:with", { name: x.interviewer.name });
  return (
    <li className="row">
      <Link className="name" to={`/interviews/${x.id}`}>{name}</Link>
      <span className="date"><Day on={x.recorded_on} /></span>
      <span className="what"><StatusPhrase interview={x} list /></span>
      <span className="act">{to && <Link className="btn" to={to.to}>{t(to.key)}<span className="vh"> {name}</span></Link>}</span>
    </li>
  );
}
