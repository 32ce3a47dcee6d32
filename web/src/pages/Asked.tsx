import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, body } from "../api/client";
import { Icon } from "../parts/Icon";
import { Day } from "../parts/Time";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { dayText, daysBetween } from "../time/format";
import { useNow } from "../time/useNow";

/** What employees ask hr for and nobody has answered yet, the most urgent first. Nothing stands here when there is none. */
export function Asked() {
  const { t, lang } = useTexts("list");
  const now = useNow();
  const list = useQuery({ queryKey: ["requests", "open"], queryFn: async () => (await body(api.GET("/v1/requests", { params: { query: { state: "open", limit: 100 } } }))).items });
  const rows = [...(list.data ?? [])].sort((a, b) => a.due.localeCompare(b.due));
  if (rows.length === 0) return null;
  return (
    <section className="promise asked-hr" aria-labelledby="asked">
      <h2 id="asked">{t("list:asked.title")} <span className="num quiet">{rows.length}</span></h2>
      <ul>
        {rows.map((r) => {
          const late = daysBetween(new Date(r.due), now) > 0;
          return (
            <li key={r.id}>
              <p className={late ? "due late" : "due"}>{late && <Icon name="alert" />}{t("list:asked.answer_by")} <Day on={dayText(new Date(r.due))} /></p>
              <p><Link className="plain-link" to={`/interviews/${r.interview}?open=request`}>{t(`list:asked.kind.${r.kind}`)}</Link></p>
              <p className="for">{calling(r.employee.name, lang)} <Day on={r.recorded_on} /></p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
