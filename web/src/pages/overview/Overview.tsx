import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { api, body, type Schemas } from "../../api/client";
import { Bar } from "../../parts/Bar";
import { Empty } from "../../parts/Empty";
import { Skeleton } from "../../parts/Skeleton";
import { Day } from "../../parts/Time";
import { Trouble } from "../../parts/Trouble";
import { useMay, useMe } from "../../session/session";
import { useTitle } from "../../shell/useTitle";
import { useTexts } from "../../texts/use";
import { dayText } from "../../time/format";
import { useNow } from "../../time/useNow";
import { type Department, departments, interviewed, late, notYet, readsList } from "./figures";

const spans = ["12", "6", "3"] as const; // months
const few = 10;

/** What HR looks after: who has been interviewed and has confirmed, and what is overdue. Counts only where groups are of
 * five and more. */
export default function Overview() {
  const { t } = useTexts("overview");
  const may = useMay("statistics");
  useTitle(t("overview:title"));
  if (!may) return <main id="main" tabIndex={-1} className="page"><Empty icon="lock" title={t("overview:not_yours")} /></main>;
  return <Figures />;
}

/** Every page of a list, at most so many entries. */
async function every<X>(page: (cursor?: string) => Promise<{ items: X[]; next_cursor: string | null }>, most: number): Promise<{ items: X[]; whole: boolean }> {
  const items: X[] = [];
  let cursor: string | undefined;
  do {
    const got = await page(cursor);
    items.push(...got.items);
    cursor = got.next_cursor ?? undefined;
  } while (cursor && items.length < most);
  return { items, whole: !cursor };
}

function Figures() {
  const { t } = useTexts("overview");
  const now = useNow();
  const names = readsList(useMe().person.roles); // hr sees who; the operator sees counts
  const [params, setParams] = useSearchParams();
  const months = spans.find((s) => s === params.get("months")) ?? "12";
  const from = dayText(new Date(now.getFullYear(), now.getMonth() - Number(months), now.getDate() + 1));
  const to = dayText(now);
  const stats = useQuery({ queryKey: ["stats", from, to], queryFn: () => body(api.GET("/v1/stats", { params: { query: { from, to } } })) });
  const more = useQuery({
    queryKey: ["overview", from, to],
    enabled: names,
    queryFn: async () => {
      const [people, talks] = await Promise.all([
        every((cursor) => body(api.GET("/v1/users", { params: { query: { limit: 200, disabled: "false", ...(cursor ? { cursor } : {}) } } })), 10_000),
        every((cursor) => body(api.GET("/v1/interviews", { params: { query: { scope: "all", from, to, limit: 200, ...(cursor ? { cursor } : {}) } } })), 10_000),
      ]);
      return { people: people.items, talks: talks.items, whole: people.whole && talks.whole };
    },
  });
  const s = stats.data;
  // An interview that is only opened is no talk yet; who sees the list counts the talks.
  const talks = more.data ? interviewed(more.data.talks) : (s?.employees_interviewed ?? 0);
  const count = (...of: Schemas["StatusCount"]["status"][]) => (s?.statuses ?? []).filter((x) => of.includes(x.status)).reduce((n, x) => n + x.count, 0);
  return (
    <main id="main" tabIndex={-1} className="page overview">
      <div className="page-head"><div><h1>{t("overview:title")}</h1><p>{t("overview:text")}</p></div></div>
      <div className="filters" role="group" aria-label={t("overview:span.label")}>
        {spans.map((m) => <button type="button" key={m} className="f" aria-current={m === months ? "true" : undefined} onClick={() => setParams(m === "12" ? {} : { months: m }, { replace: true })}>{t(`overview:span.m${m}`)}</button>)}
      </div>
      {stats.isPending && <Skeleton shape="list" />}
      {stats.isError && <Trouble error={stats.error} again={() => void stats.refetch()} />}
      {s && (
        <>
          <dl className="figures">
            <Figure label={t("overview:fig.interviewed")} value={t("overview:people", { count: talks })} note={t("overview:fig.of_people", { count: s.employees })} share={s.employees ? talks / s.employees : 0} />
            <Figure label={t("overview:fig.approved")} value={t("overview:cases", { count: count("approved") })} note={t("overview:fig.of_cases", { count: s.statuses.filter((x) => x.status !== "erased").reduce((n, x) => n + x.count, 0) })} />
            <Figure label={t("overview:fig.waiting")} value={t("overview:cases", { count: count("in_review", "checking", "revising") })} />
            {names && <Figure label={t("overview:fig.actions")} value={t("overview:cases", { count: s.actions_overdue })} />}
          </dl>
          <Standing stats={s} />
          <Months months={s.months} />
        </>
      )}
      {names && more.isPending && <Skeleton shape="list" />}
      {names && more.isError && <Trouble error={more.error} again={() => void more.refetch()} />}
      {more.data && (
        <>
          {!more.data.whole && <p className="hint warn">{t("overview:not_whole")}</p>}
          <Departments rows={departments(more.data.people, more.data.talks)} />
          <Late rows={late(more.data.talks, now)} />
          <NotYet people={notYet(more.data.people, more.data.talks)} />
        </>
      )}
    </main>
  );
}

function Figure({ label, value, note, share }: { label: string; value: string; note?: string; share?: number }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd><b className="num">{value}</b>{note && <small className="num">{note}</small>}{share !== undefined && <Bar share={share} label={`${Math.round(share * 100)}%`} />}</dd>
    </div>
  );
}

// The states as HR thinks of them, in the order of an interview's life.
const stages = {
  consent: ["needs_consent"],
  recording: ["awaiting_recording"],
  work: ["queued", "preparing", "transcribing", "drafting", "revising"],
  stuck: ["failed", "needs_transcription"],
  checking: ["checking"],
  review: ["in_review"],
  approved: ["approved"],
  closed: ["closed_unconfirmed"],
} satisfies Record<string, Schemas["StatusCount"]["status"][]>;

function Standing({ stats }: { stats: Schemas["Stats"] }) {
  const { t } = useTexts("overview");
  const rows = (Object.keys(stages) as (keyof typeof stages)[]).map((k) => ({ k, n: stats.statuses.filter((s) => (stages[k] as string[]).includes(s.status)).reduce((n, s) => n + s.count, 0) }));
  const most = Math.max(1, ...rows.map((r) => r.n));
  if (rows.every((r) => r.n === 0)) return <Empty icon="calendar" title={t("overview:empty")}>{t("overview:empty_text")}</Empty>;
  return (
    <section aria-labelledby="ov-standing">
      <h2 id="ov-standing">{t("overview:standing")}</h2>
      <table className="counts">
        <thead className="vh"><tr><th>{t("overview:state")}</th><th>{t("overview:count")}</th></tr></thead>
        <tbody>{rows.map(({ k, n }) => <tr key={k}><th scope="row">{t(`overview:stage.${k}`)}</th><td className="num">{n}</td><td aria-hidden="true"><Bar share={n / most} label="" /></td></tr>)}</tbody>
      </table>
    </section>
  );
}

function Months({ months }: { months: readonly Schemas["MonthCount"][] }) {
  const { t } = useTexts("overview");
  if (months.length === 0) return null;
  return (
    <section aria-labelledby="ov-months">
      <h2 id="ov-months">{t("overview:months")}</h2>
      <div className="scroll-x" tabIndex={0} role="group" aria-labelledby="ov-months">
        <table>
          <thead><tr><th>{t("overview:month")}</th><th className="r">{t("overview:opened")}</th><th className="r">{t("overview:approved")}</th></tr></thead>
          <tbody>{[...months].reverse().map((m) => <tr key={m.month}><th scope="row">{t("overview:month_name", { year: Number(m.month.slice(0, 4)), month: Number(m.month.slice(5)) })}</th><td className="num r">{m.opened}</td><td className="num r">{m.approved}</td></tr>)}</tbody>
        </table>
      </div>
    </section>
  );
}

function Departments({ rows }: { rows: readonly Department[] }) {
  const { t } = useTexts("overview");
  return (
    <section aria-labelledby="ov-dep">
      <h2 id="ov-dep">{t("overview:departments")}</h2>
      <p className="small quiet">{t("overview:least")}</p>
      {rows.length > 0 && (
        <div className="scroll-x" tabIndex={0} role="group" aria-labelledby="ov-dep">
          <table>
            <thead><tr><th>{t("overview:department")}</th><th className="r">{t("overview:members")}</th><th className="r">{t("overview:fig.interviewed")}</th><th className="r">{t("overview:confirmed")}</th></tr></thead>
            <tbody>{rows.map((d) => <tr key={d.name}><th scope="row">{d.name || t("overview:rest")}</th><td className="num r">{d.people}</td><td className="num r">{d.interviewed}</td><td className="num r">{d.confirmed}</td></tr>)}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Late({ rows }: { rows: readonly { interview: Schemas["Interview"]; days: number }[] }) {
  const { t } = useTexts("overview");
  const [all, setAll] = useState(false);
  return (
    <section aria-labelledby="ov-late">
      <h2 id="ov-late">{t("overview:late.title")} <span className="num quiet">{rows.length}</span></h2>
      {rows.length === 0 ? <p className="quiet">{t("overview:late.none")}</p> : (
        <ul className="plain-rows">
          {rows.slice(0, all ? undefined : few).map(({ interview: x, days }) => (
            <li key={x.id}><Link to={`/interviews/${x.id}`}><b>{x.employee.name}</b></Link><span className="quiet">{x.employee.department}</span><span><Day on={x.recorded_on} /></span><span className="warn-text">{t("overview:late.days", { count: days })}</span></li>
          ))}
        </ul>
      )}
      {!all && rows.length > few && <button type="button" className="btn link" onClick={() => setAll(true)}>{t("common:more")}</button>}
    </section>
  );
}

function NotYet({ people }: { people: readonly Pick<Schemas["Account"], "id" | "name" | "department">[] }) {
  const { t } = useTexts("overview");
  const [all, setAll] = useState(false);
  return (
    <section aria-labelledby="ov-not">
      <h2 id="ov-not">{t("overview:not_yet.title")} <span className="num quiet">{people.length}</span></h2>
      {people.length === 0 ? <p className="quiet">{t("overview:not_yet.none")}</p> : (
        <ul className="plain-rows">
          {people.slice(0, all ? undefined : few).map((p) => <li key={p.id}><b>{p.name}</b><span className="quiet">{p.department}</span></li>)}
        </ul>
      )}
      {!all && people.length > few && <button type="button" className="btn link" onClick={() => setAll(true)}>{t("common:more")}</button>}
    </section>
  );
}
