import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, body } from "../api/client";
import { keys } from "../api/keys";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { Due } from "./Due";

/** What this person has promised, nearest first, beside the work. */
export function Promises() {
  const { t, lang } = useTexts("list");
  const filter = { mine: true, state: "open" as const };
  const list = useQuery({ queryKey: keys.actions(filter), queryFn: async () => (await body(api.GET("/v1/actions", { params: { query: { ...filter, limit: 50 } } }))).items });
  const rows = [...(list.data ?? [])].sort((a, b) => (a.due_date ?? "9").localeCompare(b.due_date ?? "9")).slice(0, 6);
  return (
    <aside className="promise" aria-labelledby="pr">
      <h2 id="pr">{t("list:promises.title")}</h2>
      {list.data && rows.length === 0 && <p className="small quiet promise-none">{t("list:promises.none")}</p>}
      <ul>
        {rows.map((p) => (
          <li key={p.id}>
            <Due on={p.due_date} said={p.due} open />
            <p><Link className="plain-link" to={`/interviews/${p.interview}`}>{p.text}</Link></p>
            <p className="for">{calling(p.employee.name, lang)}</p>
          </li>
        ))}
      </ul>
      {rows.length > 0 && <p className="promise-none"><Link to="/actions">{t("list:promises.all")}</Link></p>}
    </aside>
  );
}
