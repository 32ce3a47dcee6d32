import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { api, body } from "../api/client";
import { keys } from "../api/keys";
import { Skeleton } from "../parts/Skeleton";
import { Moment } from "../parts/Time";
import { Trouble } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useDifference, useDraft, useVersions } from "./data";
import { DiffText } from "./DiffText";
import { Link } from "react-router";

/** 履歴: the versions and what differs between two of them, who has read it, what was done. */
export default function HistoryTab() {
  const { t } = useTexts("record");
  const { id, interview, may } = useHere();
  const [params, setParams] = useSearchParams();
  const versions = useVersions(id, may("read_draft") || may("read_record"));
  const list = [...(versions.data ?? [])].sort((a, b) => b.version - a.version);
  const asked = Number(params.get("v"));
  const n = list.some((v) => v.version === asked) ? asked : (list[0]?.version ?? 0);
  return (
    <div className="doc history">
      {may("read_draft") && list.length > 1 && n > 1 && (
        <section className="sec" aria-labelledby="hi-d">
          <h2 id="hi-d">{t("record:history.difference")}</h2>
          <div className="filters" role="group" aria-label={t("record:history.which")}>
            {list.filter((v) => v.version > 1).map((v) => (
              <button type="button" className="f" key={v.version} aria-current={v.version === n ? "true" : undefined} onClick={() => setParams({ v: String(v.version) }, { replace: true })}>{t("record:history.pair", { from: v.version - 1, to: v.version })}</button>
            ))}
          </div>
          <Difference n={n} />
        </section>
      )}
      {versions.isError && <Trouble error={versions.error} again={() => void versions.refetch()} />}
      {list.length > 0 && (
        <section className="sec" aria-labelledby="hi-v">
          <h2 id="hi-v">{t("record:history.versions")}</h2>
          <ol className="log">
            {list.map((v) => (
              <li key={v.version}>
                <Moment at={v.created_at} exact />
                <span><Version author={v.author} n={v.version} /> {v.sealed && <b>{t("record:history.sealed")}</b>} {v.version !== interview.draft && may("read_draft") && <Link to={`/interviews/${id}?v=${v.version}`}>{t("record:history.read")}</Link>}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
      {may("see_reads") && <Reads />}
      <Done />
    </div>
  );
}

function Version({ author, n }: { author: { kind: string; id?: string }; n: number }) {
  const { t, lang } = useTexts("record");
  const { interview } = useHere();
  if (author.kind === "ai") return <>{t("record:log.ai", { version: n })}</>;
  const who = author.id === interview.employee.id ? interview.employee.name : interview.interviewer.name;
  return <>{t("record:log.person", { version: n, name: calling(who, lang) })}</>;
}

function Difference({ n }: { n: number }) {
  const { t } = useTexts("record");
  const { id } = useHere();
  const diff = useDifference(id, n, n - 1);
  const draft = useDraft(id, n).data;
  if (diff.isPending) return <Skeleton />;
  if (diff.isError) return <Trouble error={diff.error} again={() => void diff.refetch()} />;
  const title = (key: string) => draft?.sections.find((s) => s.key === key)?.title ?? (key ? key : t("record:summary"));
  if (diff.data.changes.length === 0) return <p className="lead">{t("record:history.same")}</p>;
  return (
    <>
      <p className="lead">{t("record:history.count", { count: diff.data.changes.length })}</p>
      <ol className="diff">
        {diff.data.changes.map((c, i) => (
          <li key={`${c.id ?? c.section}-${i}`}>
            <p className="who">{title(c.section)}</p>
            {c.kind === "section_state"
              ? <p><del>{t(`record:absence.${c.was}`)}</del> <ins>{t(`record:absence.${c.is}`)}</ins></p>
              : <p>{c.before?.sensitive || c.after?.sensitive ? t("record:history.sensitive") : <DiffText before={c.before?.text ?? c.was ?? ""} after={c.after?.text ?? c.is ?? ""} />}</p>}
            {!c.after?.sensitive && c.before && c.after && (c.before.due_date ?? "") !== (c.after.due_date ?? "") && <p>{t("record:action.due")} <del>{c.before.due_date}</del> <ins>{c.after.due_date}</ins></p>}
          </li>
        ))}
      </ol>
    </>
  );
}

function Reads() {
  const { t } = useTexts("record");
  const { id } = useHere();
  const reads = useQuery({ queryKey: keys.reads(id), queryFn: async () => (await body(api.GET("/v1/interviews/{id}/reads", { params: { path: { id }, query: { limit: 100 } } }))).items });
  return (
    <section className="sec" aria-labelledby="hi-r">
      <h2 id="hi-r">{t("record:history.reads")}</h2>
      <p className="small quiet">{t("record:history.reads_text")}</p>
      {reads.isPending && <Skeleton />}
      {reads.isError && <Trouble error={reads.error} again={() => void reads.refetch()} />}
      {reads.data?.length === 0 && <p className="lead">{t("record:history.unread")}</p>}
      <ol className="log">
        {reads.data?.map((r) => <li key={`${r.person.id}${r.what}${r.at}`}><Moment at={r.at} exact /><span>{t(`record:history.what.${r.what}`, { name: r.person.name })}</span></li>)}
      </ol>
    </section>
  );
}

const told = ["drafted", "released", "edited", "changes_requested", "approved", "reopened", "revise_asked", "redraft_asked", "consent_given", "consent_refused", "consent_withdrawn", "consent_attested", "consent_objected", "transcript_corrected", "off_record", "exported", "interview_changed", "handed_over", "closed_unconfirmed", "recording_arrived", "captions_arrived", "opened", "written_by_hand"];

function Done() {
  const { t, lang } = useTexts("record");
  const { id } = useHere();
  const audit = useQuery({ queryKey: keys.audit(id), queryFn: async () => (await body(api.GET("/v1/audit", { params: { query: { interview: id, limit: 200 } } }))).items });
  const list = (audit.data ?? []).filter((e) => told.includes(e.action));
  if (audit.isError) return null; // the versions above are what counts; this list is beside them
  return (
    <section className="sec" aria-labelledby="hi-a">
      <h2 id="hi-a">{t("record:history.done")}</h2>
      {audit.isPending && <Skeleton />}
      <ol className="log">
        {list.map((e) => <li key={e.id}><Moment at={e.at} exact /><span>{e.person ? `${calling(e.person.name, lang)} ` : ""}{t(`record:history.act.${e.action}`)}</span></li>)}
      </ol>
    </section>
  );
}
