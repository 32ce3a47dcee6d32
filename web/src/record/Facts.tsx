import { Day } from "../parts/Time";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import type { Draft } from "./review";

/** 基本情報: what the program knows, not the model. */
export function Facts({ draft }: { draft: Draft }) {
  const { t } = useTexts("record");
  const { interview } = useHere();
  const h = draft.header;
  const consent = interview.consent?.employee;
  return (
    <section className="sec" aria-labelledby="h-basic">
      <div className="sec-h"><h2 id="h-basic">{t("record:facts.title")}</h2></div>
      <dl className="facts">
        <dt>{t("record:facts.employee")}</dt><dd>{h.employee.name}{h.employee.department && t("record:paren", { text: h.employee.department })}</dd>
        <dt>{t("record:facts.interviewer")}</dt><dd>{h.interviewer.name}</dd>
        <dt>{t("record:facts.day")}</dt><dd><Day on={h.recorded_on} year /></dd>
        {h.place && <><dt>{t("record:facts.place")}</dt><dd>{h.place}</dd></>}
        {h.purpose && <><dt>{t("record:facts.purpose")}</dt><dd>{h.purpose}</dd></>}
        <dt>{t("record:facts.recording")}</dt><dd>{interview.by_hand ? t("record:facts.by_hand") : consent ? t(`record:consent.${consent}`) : t("record:consent.none")}</dd>
      </dl>
    </section>
  );
}
