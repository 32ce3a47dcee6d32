import { Icon } from "../parts/Icon";
import { Day } from "../parts/Time";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { dayText } from "../time/format";
import { Link } from "react-router";
import { useHere } from "./context";

/** What the record is used for, who may read it, how long the recording is kept; one tap away. */
export function About() {
  const { t, lang } = useTexts("record");
  const { interview } = useHere();
  const names = { interviewer: calling(interview.interviewer.name, lang), employee: calling(interview.employee.name, lang) };
  const employee = interview.relation === "subject";
  const kept = interview.recording?.keep_until;
  return (
    <details className="about">
      <summary className="disc"><Icon name="down" className="i chev" />{t("record:about.title")}</summary>
      <dl>
        <dt>{t("record:about.use")}</dt><dd>{interview.purpose || t("record:about.use_text")} {t("record:about.no_rating")}</dd>
        <dt>{t("record:about.readers")}</dt><dd>{t(interview.status === "approved" ? "record:about.readers_approved" : employee ? "record:about.readers_employee" : "record:about.readers_text", names)}</dd>
        <dt>{t("record:about.recording")}</dt><dd>{kept ? <>{t("record:about.kept")} <Day on={dayText(new Date(kept))} year /></> : t("record:about.none")}</dd>
        {interview.relation !== "hr" && <><dt>{t("record:about.consent")}</dt><dd><Link to={`/interviews/${interview.id}/consent`}>{t("record:about.consent_link")}</Link></dd></>}
      </dl>
    </details>
  );
}
