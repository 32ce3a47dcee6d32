import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { api, body, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { useMay, useMe } from "../session/session";
import { useTitle } from "../shell/useTitle";
import { type Group, groupOf, groups } from "../status/phrase";
import { useTexts } from "../texts/use";
import { useNow } from "../time/useNow";
import { Asked } from "./Asked";
import { Promises } from "./Promises";
import { Row } from "./Row";

const few = 5;

/** Every page of a list; a person's own interviews are some dozens. */
export async function everyMine(): Promise<Schemas["Interview"][]> {
  const out: Schemas["Interview"][] = [];
  let cursor: string | undefined;
  do {
    const page = await body(api.GET("/v1/interviews", { params: { query: { scope: "mine", limit: 200, ...(cursor ? { cursor } : {}) } } }));
    out.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor && out.length < 1000);
  return out;
}

/** What waits for me, first. */
export default function Home() {
  const { t, lang } = useTexts("list");
  const me = useMe();
  const mayOpen = useMay("open");
  const now = useNow();
  const [params, setParams] = useSearchParams();
  const [all, setAll] = useState<Partial<Record<Group, boolean>>>({});
  const [words, setWords] = useState("");
  const list = useQuery({
    queryKey: keys.interviews({ scope: "mine" }),
    queryFn: everyMine,
    // Work that goes on is looked at again while the page is in sight.
    refetchInterval: (q) => (q.state.data?.some((x) => groupOf(x, now, lang) === "run") ? 5_000 : 60_000),
  });
  const many = me.person.roles.some((r) => r === "interviewer" || r === "hr");
  const found = (list.data ?? []).filter((x) => matches(x, words));
  const by = (g: Group) => found.filter((x) => groupOf(x, now, lang) === g).sort((a, b) => order(g, a, b));
  const only = groups.find((g) => g === params.get("group"));
  const total = list.data?.length ?? 0;
  const waiting = (list.data ?? []).filter((x) => groupOf(x, now, lang) === "you").length;
  const approved = (list.data ?? []).filter((x) => x.status === "approved").length;
  const title = list.isPending ? t(many ? "common:nav.work" : "common:nav.records") : t(waiting > 0 ? (many ? "list:title" : "list:title_employee") : "list:title_none", { count: waiting });
  useTitle(t(many ? "common:nav.work" : "common:nav.records"));
  return (
    <main id="main" tabIndex={-1} className="page wide-page">
      <div className="page-head">
        <div><h1>{title}</h1>{total > 0 && <p>{t("list:subtitle", { count: total, approved })}</p>}</div>
        {mayOpen && (
          <p className="acts">
            <Link className="btn" to="/interviews/open"><Icon name="plus" />{t("list:open")}</Link>
            <Link className="btn primary" to="/interviews/new"><Icon name="upload" />{t("list:upload")}</Link>
          </p>
        )}
      </div>
      {total > few && (
        <div className="filters" role="navigation" aria-label={t("list:filter")}>
          <div className="fs">
            <button type="button" className="f" aria-current={!only ? "true" : undefined} onClick={() => setParams({}, { replace: true })}>{t("list:all")} <span className="num">{total}</span></button>
            {groups.map((g) => (
              <button type="button" className="f" key={g} aria-current={only === g ? "true" : undefined} onClick={() => setParams({ group: g }, { replace: true })}>{t(`list:group.${g}`)} <span className="num">{by(g).length}</span></button>
            ))}
          </div>
          <label className="find"><Icon name="search" /><span className="vh">{t("list:find")}</span><input type="search" value={words} placeholder={t("list:find")} onChange={(e) => setWords(e.target.value)} /></label>
        </div>
      )}
      <div className="home">
        <div>
          {list.isPending && <Skeleton shape="list" />}
          {list.isError && !list.data && <Trouble error={list.error} again={() => void list.refetch()} />}
          {list.data && total === 0 && (
            <Empty icon="text" title={t(many ? "list:empty.title" : "list:empty.title_employee")} action={mayOpen && <Link className="btn primary" to="/interviews/open"><Icon name="plus" />{t("list:open")}</Link>}>
              {t(many ? "list:empty.text" : "list:empty.text_employee")}
            </Empty>
          )}
          {me.can.includes("operate") && (
            <section className="grp" aria-labelledby="g-operate">
              <div className="grp-h"><h2 id="g-operate">{t("list:operate.title")}</h2></div>
              <ul>
                {(["overview", "templates", "settings"] as const).map((p) => (
                  <li className="row go" key={p}><Link className="name" to={`/${p}`}>{t(`common:nav.${p}`)}</Link><span className="what">{t(`list:operate.${p}`)}</span></li>
                ))}
              </ul>
            </section>
          )}
          {total > 0 && found.length === 0 && <Empty icon="search" title={t("list:empty.found", { words })} action={<button type="button" className="btn" onClick={() => setWords("")}>{t("list:empty.clear")}</button>}>{t("list:empty.searched", { count: total })}</Empty>}
          {groups.filter((g) => !only || only === g).map((g) => {
            const rows = by(g);
            if (rows.length === 0) return null;
            const shown = only || all[g] || words || g === "you" ? rows : rows.slice(0, few);
            return (
              <section className="grp" key={g} aria-labelledby={`g-${g}`}>
                <div className="grp-h">
                  <h2 id={`g-${g}`}>{t(`list:heading.${g}`)}</h2><span className="num">{rows.length}</span>
                  {shown.length < rows.length && <button type="button" className="btn link small rest" onClick={() => setAll({ ...all, [g]: true })}>{t("list:rest", { count: rows.length - shown.length })}</button>}
                </div>
                <ul>{shown.map((x) => <Row key={x.id} interview={x} by={x.relation === "subject" ? "interviewer" : "employee"} />)}</ul>
              </section>
            );
          })}
        </div>
        <div className="aside">
          {me.can.includes("answer_request") && <Asked />}
          <Promises />
        </div>
      </div>
    </main>
  );
}

function matches(x: Schemas["Interview"], words: string): boolean {
  const text = `${x.employee.name}${x.employee.department ?? ""}${x.interviewer.name}${x.recorded_on}`.replace(/[\s　]/g, "").toLowerCase();
  return words.toLowerCase().split(/[\s　]+/).filter(Boolean).every((w) => text.includes(w));
}

/** Waiting longest first where somebody must act; newest first in what is done. */
function order(g: Group, a: Schemas["Interview"], b: Schemas["Interview"]): number {
  if (g === "done") return (b.approved_at ?? b.updated_at).localeCompare(a.approved_at ?? a.updated_at);
  return (a.review_since ?? a.recorded_on).localeCompare(b.review_since ?? b.recorded_on);
}
