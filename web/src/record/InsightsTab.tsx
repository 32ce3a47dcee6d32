import { useQuery } from "@tanstack/react-query";
import { api, body, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { Empty } from "../parts/Empty";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { length, position } from "../time/format";
import { Chip } from "./Chip";
import { useHere } from "./context";
import { useTranscript } from "./data";
import { Flow } from "./Flow";
import { questionIn } from "./questions";

/** 面談の様子: how the talk went, for the two people alone. */
export default function InsightsTab() {
  const { t, lang } = useTexts("insights", "record");
  const { id, interview, may } = useHere();
  const there = may("hear") && interview.transcript > 0;
  const insights = useQuery({ queryKey: keys.insights(id, interview.transcript), queryFn: () => body(api.GET("/v1/interviews/{id}/insights", { params: { path: { id } } })), enabled: there, staleTime: 300_000 });
  const transcript = useTranscript(id, interview.transcript).data?.value;
  if (!there) return <div className="doc"><Empty icon={may("hear") ? "mic" : "lock"} title={t(may("hear") ? "record:transcript.none" : "record:tab.closed")} /></div>;
  if (insights.isPending) return <div className="ins-wrap"><Skeleton shape="record" /></div>;
  if (insights.isError) return <div className="ins-wrap"><Trouble error={insights.error} again={() => void insights.refetch()} /></div>;
  const x = insights.data;
  const names = { interviewer: calling(interview.interviewer.name, lang), employee: calling(interview.employee.name, lang) };
  const share = (part: string) => x.shares.find((s) => s.part === part);
  const e = share("employee");
  const i = share("interviewer");
  const longest = x.longest.find((m) => m.part === "employee");
  const gaps = transcript?.timed ? transcript.segments.filter((s) => s.off_record) : [];
  return (
    <div className="ins-wrap">
      {e && i && (
        <p className="say">
          {t(e.percent >= i.percent ? "insights:say_employee" : "insights:say_interviewer", { ...names, percent: Math.round(Math.max(e.percent, i.percent)) })}{" "}
          {longest && t("insights:say_longest", { ...names, length: length(longest.end - longest.start, lang) })}
        </p>
      )}
      <section className="ins-sec" aria-labelledby="i1">
        <h2 id="i1">{t("insights:share.title")}</h2>
        {!x.timed && <p>{t("insights:untimed")}</p>}
        {e && i && (
          <>
            <div className="share" aria-hidden="true"><i className="e" style={{ width: `${e.percent}%` }} /><i className="v" style={{ width: `${i.percent}%` }} /></div>
            <div className="legend">
              {([["e", "employee", e], ["v", "interviewer", i]] as const).map(([k, part, s]) => (
                <div key={k}>
                  <span><i className={`key ${k}`} />{t(`insights:share.${part}`, names)}</span>
                  <b>{Math.round(s.percent)}%</b>
                  <span className="small quiet">{x.timed ? length(s.seconds, lang) : t("insights:characters", { count: s.characters })}</span>
                </div>
              ))}
            </div>
          </>
        )}
        {x.shares.filter((s) => s.part === "other" || s.part === "unknown").map((s) => (
          <p key={s.part} className="small quiet">{t(`common:part.${s.part}`)} {Math.round(s.percent)}%</p>
        ))}
      </section>
      {x.timed && (
        <section className="ins-sec" aria-labelledby="i2">
          <h2 id="i2">{t("insights:flow.title")}</h2>
          <p>{t("insights:flow.text", names)}</p>
          <Flow turns={x.turns} seconds={Math.max(x.seconds, interview.recording?.seconds ?? 0)} gaps={gaps} />
          {merge(gaps).map((g) => <p key={g.start} className="small quiet">{t("insights:flow.removed", { from: position(g.start), to: position(g.end) })}</p>)}
          <p className="small quiet">{t("insights:silence", { length: length(x.silence_seconds, lang) })}</p>
        </section>
      )}
      <section className="ins-sec" aria-labelledby="i3">
        <h2 id="i3">{t("insights:questions.title", names)}</h2>
        <p>{t("insights:questions.text")}</p>
        <div className="qs">
          {([["open", x.questions.open], ["closed", x.questions.closed]] as const).map(([kind, count]) => (
            <div key={kind}>
              <h3>{t(`insights:questions.${kind}`)}<span className="num">{count}</span></h3>
              <ol>
                {(x.questions.asked ?? []).filter((q) => q.open === (kind === "open")).map((q) => (
                  <li key={q.segment}>
                    {x.timed ? <Chip start={q.start} end={q.end} owner={`ask-${q.segment}`} /> : <span />}
                    <span>{questionIn(transcript?.segments.find((s) => s.id === q.segment)?.text ?? "")}</span>
                  </li>
                ))}
              </ol>
            </div>
          ))}
        </div>
      </section>
      {x.longest.length > 0 && (
        <section className="ins-sec" aria-labelledby="i4">
          <h2 id="i4">{t("insights:longest.title")}</h2>
          <ul className="longs">
            {x.longest.filter((m) => m.part === "employee" || m.part === "interviewer").map((m) => (
              <li key={m.part}>
                <span><i className={`key ${m.part === "employee" ? "e" : "v"}`} />{m.part === "employee" ? names.employee : names.interviewer}</span>
                <Chip start={m.start} end={m.end} owner={`long-${m.part}`} />
                <p><b>{length(m.end - m.start, lang)}</b> {opening(transcript, m.segment)}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
      <p className="ins-sec small quiet">{t("insights:only_two", names)}</p>
    </div>
  );
}

/** The first words of a segment, in quotes. */
function opening(transcript: Schemas["Transcript"] | undefined, segment: number): string {
  const text = transcript?.segments.find((s) => s.id === segment)?.text ?? "";
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}

/** Neighbouring stretches as one. */
export function merge(list: readonly { start: number; end: number }[]): { start: number; end: number }[] {
  const out: { start: number; end: number }[] = [];
  for (const s of [...list].sort((a, b) => a.start - b.start)) {
    const last = out[out.length - 1];
    if (last && s.start - last.end < 3) last.end = Math.max(last.end, s.end);
    else out.push({ start: s.start, end: s.end });
  }
  return out;
}
