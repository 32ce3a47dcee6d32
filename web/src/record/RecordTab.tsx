import { lazy, startTransition, Suspense, useEffect, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { stamp } from "../time/format";
import { About } from "./About";
import { useHere } from "./context";
import { Decide } from "./Decide";
import { Facts } from "./Facts";
import { Log } from "./Log";
import { Remarks } from "./Remarks";
import { type Draft, sentenceId, straysOf } from "./review";
import { SectionView } from "./SectionView";
import { SummaryView } from "./SummaryView";
import { Dropped, Tops } from "./Tops";
import { useKeys } from "./useKeys";
import { ReviewContext, useReviewOf } from "./useReview";

const Before = lazy(() => import("./Before"));
const Strays = lazy(() => import("./Strays"));
const KeysHelp = lazy(() => import("./KeysHelp"));

/** The record itself, or, while there is none, where it stands and what to do next. */
export default function RecordTab() {
  const { interview, may } = useHere();
  const [params] = useSearchParams();
  const asked = Number(params.get("v"));
  const newest = interview.status === "approved" ? interview.sealed : interview.draft;
  const readable = (may("read_draft") || may("read_record")) && interview.draft > 0;
  if (!readable) return <div className="doc"><Suspense fallback={<Skeleton />}><Before /></Suspense></div>;
  const n = Number.isInteger(asked) && asked > 0 && asked <= interview.draft ? asked : 0;
  return <Held newest={newest} asked={n} />;
}

/** Holds the version that is read: a newer one that arrives meanwhile does not push the text away, the bar offers it. */
function Held({ newest, asked }: { newest: number; asked: number }) {
  const { interview } = useHere();
  const [held, setHeld] = useState(newest);
  const own = useReviewOf(newest).review?.draft.author;
  const self = interview.relation === "subject" ? interview.employee.id : interview.interviewer.id;
  useEffect(() => {
    // One's own change is followed at once, and so is a version one did not read yet.
    if (held !== newest && (held === 0 || held > newest || (own?.kind === "person" && own.id === self))) setHeld(newest);
  }, [held, newest, own, self]);
  const shown = asked || held || newest;
  return <Sheet n={shown} newest={newest} onNewest={() => setHeld(newest)} />;
}

/** How many sections are drawn at once: what fills a screen. The rest follows while the first can be read already. */
function firstOf(draft: Draft): number {
  let statements = draft.summary.length;
  const at = draft.sections.findIndex((s) => (statements += 1 + s.statements.length) >= screenful);
  return at < 0 ? draft.sections.length : at + 1;
}

const screenful = 10;

function Sheet({ n, newest, onNewest }: { n: number; newest: number; onNewest: () => void }) {
  const { t, lang } = useTexts("record");
  const { interview, standing, may } = useHere();
  const { query, review, versions } = useReviewOf(n);
  const [help, setHelp] = useState(false);
  useKeys(review, () => setHelp(true));
  const [whole, setWhole] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => startTransition(() => setWhole(true)));
    return () => clearTimeout(timer);
  }, []);
  const draft = review?.draft;
  const strays = useMemo(() => (review?.live ? straysOf(review.draft, review.threads) : []), [review]);
  const on = useMemo(() => {
    const out = new Map<number, string[]>();
    for (const s of draft?.sections ?? []) {
      for (const st of s.statements) {
        if (st.sensitive) continue; // what is closed is not pointed at from the transcript
        for (const e of st.evidence) out.set(e.segment, [...(out.get(e.segment) ?? []), st.id]);
      }
    }
    return out;
  }, [draft]);
  useEffect(() => {
    standing.current = on;
  }, [on, standing]);
  if (query.isError && !review) return <div className="doc"><Trouble error={query.error} again={() => void query.refetch()} /></div>;
  if (!review || !draft) return <div className="doc"><Skeleton shape="record" /></div>;
  const names = { interviewer: calling(interview.interviewer.name, lang), employee: calling(interview.employee.name, lang), count: review.state.left.length, version: draft.version };
  const state = draft.sealed ? "approved" : draft.latest ? "unconfirmed" : "old";
  return (
    <ReviewContext value={review}>
      <div className="doc sheet-doc">
        <p className="print-only">{t(`record:print.${state}`, { ...names, at: stamp(new Date(draft.sealed && interview.approved_at ? interview.approved_at : draft.created_at), lang) })}</p>
        {!draft.sealed && <p className="paper-mark" aria-hidden="true">{t("record:print.mark")}</p>}
        <Tops versions={versions ?? []} newest={newest} />
        {review.live && interview.status === "in_review" && (
          <p className="lead">{t(review.employee ? (review.state.left.length > 0 ? "record:lead.employee" : "record:lead.employee_none") : review.state.left.length > 0 ? "record:lead.interviewer" : interview.waiting_for === "interviewer" ? "record:lead.interviewer_asked" : "record:lead.interviewer_none", names)}</p>
        )}
        {draft.author.kind === "ai" && draft.author.engine === "extractive" && draft.latest && !draft.sealed && (
          <p className="made small quiet no-print"><Icon name="text" />{t("record:top.extractive")} {t("record:top.extractive_text")}</p>
        )}
        <About />
        {draft.dropped.length > 0 && may("read_draft") && <Dropped dropped={draft.dropped} />}
        <div className="rec" data-version={draft.version}>
          {draft.summary.length > 0 && (
            <section className="sec" aria-labelledby="h-summary">
              <div className="sec-h"><h2 id="h-summary">{t("record:summary")}</h2></div>
              {draft.summary.map((s, i) => <SummaryView key={sentenceId(s, i)} sentence={s} at={i} />)}
            </section>
          )}
          <Facts draft={draft} />
          {(whole ? draft.sections : draft.sections.slice(0, firstOf(draft))).map((s) => <SectionView key={s.key} section={s} />)}
          {draft.sections.length === 0 && <Empty icon="text" title={t("record:empty")} />}
          {whole && (
            <>
              <Remarks />
              {strays.length > 0 && <Suspense fallback={null}><Strays list={strays} /></Suspense>}
              {versions && <Log versions={versions} />}
            </>
          )}
        </div>
      </div>
      <Decide newest={newest} onNewest={onNewest} />
      {help && <Suspense fallback={null}><KeysHelp onClose={() => setHelp(false)} /></Suspense>}
    </ReviewContext>
  );
}
