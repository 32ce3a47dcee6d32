import { Link } from "react-router";
import type { Schemas } from "../api/client";
import { Moment } from "../parts/Time";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { useHere } from "./context";

/** 確認: the versions, who made them, and the approval. */
export function Log({ versions }: { versions: readonly Schemas["Version"][] }) {
  const { t, lang } = useTexts("record");
  const { interview } = useHere();
  const person = (id: string | undefined) => (id === interview.employee.id ? calling(interview.employee.name, lang) : calling(interview.interviewer.name, lang));
  return (
    <section className="sec" aria-labelledby="h-confirm">
      <div className="sec-h"><h2 id="h-confirm">{t("record:log.title")}</h2></div>
      <ol className="log">
        {[...versions].sort((a, b) => a.version - b.version).map((v) => (
          <li key={v.version}>
            <Moment at={v.created_at} exact />
            <span>
              {v.author.kind === "ai" ? t("record:log.ai", { version: v.version }) : t("record:log.person", { version: v.version, name: person(v.author.id) })}{" "}
              {v.version > 1 && <Link className="no-print" to={`/interviews/${interview.id}/history?v=${v.version}`}>{t("record:log.difference")}</Link>}
            </span>
          </li>
        ))}
        {interview.approved_at && interview.sealed > 0
          ? <li><Moment at={interview.approved_at} exact /><span>{t("record:log.approved", { version: interview.sealed, name: calling(interview.employee.name, lang) })}</span></li>
          : <li><time>{t("record:log.open")}</time><span>{t("record:log.approval", { name: calling(interview.employee.name, lang) })}</span></li>}
      </ol>
    </section>
  );
}
