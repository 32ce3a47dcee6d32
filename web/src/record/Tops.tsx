import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { api, body, heads, onceKey, type Schemas } from "../api/client";
import { Notice } from "../parts/Notice";
import { useSaying } from "../parts/Trouble";
import { Icon } from "../parts/Icon";
import { useMe } from "../session/session";
import { useTexts } from "../texts/use";
import { length, position } from "../time/format";
import { Chip } from "./Chip";
import { useHere } from "./context";
import { useChanged, useTranscript } from "./data";
import { useReview } from "./useReview";

/** What must be known before reading: an old version, a failed revision, words that were not heard or left out. When all is
 * well nothing stands here. */
export function Tops({ newest }: { versions: readonly Schemas["Version"][]; newest: number }) {
  const { t, lang } = useTexts("record");
  const { id, interview, may } = useHere();
  const { installation } = useMe();
  const say = useSaying();
  const { draft } = useReview();
  const changed = useChanged(id);
  const again = useMutation({
    mutationFn: () => body(api.POST("/v1/interviews/{id}/drafts", { params: { path: { id } }, body: {}, headers: heads({ once: onceKey() }) })),
    onSuccess: changed,
  });
  const list: ReactNode[] = [];
  const redo = may("redraft") && <button type="button" className="btn" disabled={again.isPending} onClick={() => again.mutate()}><Icon name="refresh" />{t("record:top.redraft")}</button>;
  if (draft.version !== newest && draft.version !== interview.sealed) {
    list.push(<Notice key="old" title={t("record:top.old", { version: draft.version })} actions={<Link className="btn" to={`/interviews/${id}`}>{t("record:top.newest", { version: newest })}</Link>} />);
  }
  if (interview.last_error) list.push(<Notice key="last" tone="warn" title={t("record:top.revise_failed")}>{interview.last_error.message}</Notice>);
  if (draft.stale) list.push(<Notice key="stale" tone="warn" title={t(`record:top.stale.${draft.stale.reason}`)} actions={redo}>{t("record:top.stale_text")}</Notice>);
  const holes = draft.coverage.holes ?? [];
  if (draft.coverage.incomplete || holes.length > 0) {
    const missing = holes.reduce((n, h) => n + h.end - h.start, 0) || Math.max(0, draft.coverage.speech_seconds - draft.coverage.transcribed_seconds);
    list.push(
      <Notice key="holes" tone="warn" title={t("record:top.holes", { count: Math.max(1, holes.length), length: length(missing, lang) })}
        actions={holes.slice(0, 6).map((h) => <Chip key={h.start} start={h.start} end={h.end} owner="holes" words={t("record:chip.from", { at: position(h.start) })} />)}
      >{t("record:top.holes_text")}</Notice>,
    );
  }
  const flags = [...new Set((draft.flags ?? []).map((f) => f.kind))].filter((k) => known.includes(k));
  for (const k of flags) {
    const desk = installation.desks.find((d) => d.for === k)?.name;
    list.push(<Notice key={k} tone={k === "crisis" || k === "harassment" ? "warn" : ""} title={t(`record:flag.${k}`)}>{desk && t("record:flag_desk", { desk })}</Notice>);
  }
  if (list.length === 0) return null;
  return (
    <div className="tops no-print">
      {list}
      {again.isError && <p className="hint bad" role="alert">{say(again.error)}</p>}
    </div>
  );
}

const known = ["instruction_to_ai", "off_record_proposal", "off_record_all", "wish_not_followed", "crisis", "harassment"];
const reasons = ["off_record", "retracted", "hypothetical", "joke", "declined", "interviewer_only", "third_party", "injection", "sensitive_class", "quote_not_found", "segment_not_found"];

/** What was left out on purpose: how much and why, with the place; no words. */
export function Dropped({ dropped }: { dropped: Schemas["DraftDocument"]["dropped"] }) {
  const { t } = useTexts("record");
  const { id, interview, may } = useHere();
  const transcript = useTranscript(id, may("hear") ? interview.transcript : 0).data?.value;
  const by = new Map<string, number[]>();
  for (const d of dropped) {
    const r = reasons.includes(d.reason) ? d.reason : "other";
    by.set(r, [...(by.get(r) ?? []), d.segment]);
  }
  const start = (segment: number) => (transcript?.timed ? transcript.segments.find((s) => s.id === segment) : undefined);
  return (
    <details className="about">
      <summary className="disc"><Icon name="down" className="i chev" />{t("record:dropped.title", { count: dropped.length })}</summary>
      <dl>
        {[...by].map(([reason, segments]) => (
          <div key={reason} className="dl-row">
            <dt>{t(`record:dropped.${reason}`)}</dt>
            <dd>
              {t("record:dropped.lines", { count: segments.length })}{" "}
              <span className="chips always">
                {runs(segments).slice(0, 8).map(([from, to]) => {
                  const a = start(from);
                  const b = start(to);
                  return a && b && !a.off_record ? <Chip key={from} start={a.start} end={b.end} owner={`dropped-${reason}`} /> : null;
                })}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** Neighbouring ids as ranges. */
export function runs(ids: readonly number[]): [number, number][] {
  const out: [number, number][] = [];
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    const last = out[out.length - 1];
    if (last && id === last[1] + 1) last[1] = id;
    else out.push([id, id]);
  }
  return out;
}
