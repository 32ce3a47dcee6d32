import { useVirtualizer } from "@tanstack/react-virtual";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Schemas } from "../api/client";
import { Icon } from "../parts/Icon";
import { shortName } from "../parts/names";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { Line, type Words } from "./Line";
import { usePlayer } from "./player";
import { atSecond, find } from "./segments";
import { goTo } from "./useKeys";

const OffRecord = lazy(() => import("./OffRecord"));
const Correct = lazy(() => import("./Correct"));

/** Everything that was said, line by line; only the lines in sight are in the page. */
export function Transcript({ transcript, tag }: { transcript: Schemas["Transcript"]; tag: string }) {
  const { t } = useTexts("record");
  const { interview, player, quoted, may, now, setNow, standing } = useHere();
  const segments = transcript.segments;
  const scroll = useRef<HTMLOListElement>(null);
  const [follow, setFollow] = useState(true);
  const [searching, setSearching] = useState(false);
  const [words, setWords] = useState("");
  const [hit, setHit] = useState(0);
  const [picking, setPicking] = useState<{ from?: number; to?: number }>();
  const [off, setOff] = useState(false);
  const [correcting, setCorrecting] = useState<number>();
  const current = usePlayer(player, (s) => (transcript.timed ? atSecond(segments, s.position) : -1));
  const playing = usePlayer(player, (s) => s.playing);
  const hits = useMemo(() => find(segments, words), [segments, words]);
  const roles = useMemo(() => new Map(transcript.speakers.map((s) => [s.label, s])), [transcript]);
  const list = useVirtualizer({ count: segments.length, getScrollElement: () => scroll.current, estimateSize: (i) => 34 + Math.floor((segments[i]?.text.length ?? 0) / 22) * 26, overscan: 6, useFlushSync: false, getItemKey: (i) => segments[i]?.id ?? i });
  const self = useRef(false); // our own scrolling is not the reader's
  const show = useCallback((i: number, align: "center" | "auto" = "center") => {
    self.current = true;
    list.scrollToIndex(i, { align });
    setTimeout(() => { self.current = false; }, 250);
  }, [list]);
  useEffect(() => {
    if (follow && playing && current >= 0) show(current);
  }, [follow, playing, current, show]);
  useEffect(() => {
    const first = quoted.keys().next().value;
    const i = first === undefined ? -1 : segments.findIndex((s) => s.id === first);
    if (i >= 0 && !playing) show(i);
  }, [quoted, segments, show]);
  useEffect(() => {
    const i = hits[hit];
    if (words && i !== undefined) show(i);
  }, [hits, hit, words, show]);
  const speaker = (label: string) => {
    const s = roles.get(label);
    if (s?.role === "employee") return { name: shortName(interview.employee.name), voice: "e-sp" };
    if (s?.role === "interviewer") return { name: shortName(interview.interviewer.name), voice: "i-sp" };
    return { name: s?.name || t(`common:part.${s?.role || "unknown"}`), voice: "" };
  };
  const press = (i: number) => {
    const s = segments[i];
    if (!s) return;
    if (picking) {
      if (picking.from === undefined || picking.to !== undefined) setPicking({ from: i });
      else setPicking({ from: Math.min(picking.from, i), to: Math.max(picking.from, i) });
      return;
    }
    const st = standing.current.get(s.id)?.[0];
    setNow(st ?? "");
    if (transcript.timed && interview.recording?.playable && !s.off_record) player.play(s.start, undefined, st ?? "", `line/${s.id}`);
    if (st && !document.activeElement?.closest(".panel")?.contains(document.getElementById(`st-${st}`))) document.getElementById(`st-${st}`)?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  };
  // Lines are drawn again only when something of theirs changes: what they call stays the same function.
  const latest = useRef(press);
  latest.current = press;
  const pressing = useCallback((i: number) => latest.current(i), []);
  const texts = useMemo<Words>(() => ({
    listen: (at) => t("record:chip.play", { at }), line: (n) => t("record:evidence.line", { n }), pick: (n) => t("record:off.line", { n }),
    unsure: t("record:transcript.unsure"), removed: t("record:transcript.removed"), unclear: t("record:absence.unclear"), corrected: t("record:transcript.corrected"), edit: t("record:edit.open"),
  }), [t]);
  const picked = picking?.from !== undefined ? { from: picking.from, to: picking.to ?? picking.from } : undefined;
  return (
    <>
      <div className="tr-tools">
        {searching ? (
          <form className="find tr-find" role="search" onSubmit={(e) => { e.preventDefault(); setHit(hits.length ? (hit + 1) % hits.length : 0); }}>
            <Icon name="search" />
            <label className="vh" htmlFor="tr-find">{t("record:transcript.find")}</label>
            <input id="tr-find" type="search" value={words} autoFocus onChange={(e) => { setWords(e.target.value); setHit(0); }} onKeyDown={(e) => e.key === "Escape" && (setSearching(false), setWords(""))} />
            <span className="small quiet" role="status">{words ? t("record:transcript.hits", { count: hits.length, at: hits.length ? hit + 1 : 0 }) : ""}</span>
            <button type="submit" className="btn quiet-btn" disabled={hits.length === 0}>{t("record:transcript.next")}</button>
            <button type="button" className="btn quiet-btn" onClick={() => { setSearching(false); setWords(""); }}>{t("common:close")}</button>
          </form>
        ) : picking ? (
          <>
            <span role="status">{picked ? t("record:off.picked", { count: picked.to - picked.from + 1 }) : t("record:off.pick")}</span>
            <span className="acts">
              <button type="button" className="btn small" disabled={!picked} onClick={() => setOff(true)}><Icon name="off" />{t("record:off.go_on")}</button>
              <button type="button" className="btn quiet-btn" onClick={() => setPicking(undefined)}>{t("common:stop")}</button>
            </span>
          </>
        ) : (
          <>
            {transcript.timed ? <label><input type="checkbox" checked={follow} onChange={(e) => setFollow(e.target.checked)} />{t("record:transcript.follow")}</label> : <span>{t("record:transcript.untimed")}</span>}
            <span className="acts">
              {may("off_record") && <button type="button" className="btn quiet-btn" onClick={() => setPicking({})}>{t("record:off.open")}</button>}
              <button type="button" className="btn quiet-btn" onClick={() => setSearching(true)}><Icon name="search" />{t("record:transcript.find")}</button>
            </span>
          </>
        )}
      </div>
      <ol className="tr" ref={scroll} tabIndex={0} aria-label={t("record:transcript.label")} onWheel={() => setFollow(false)} onTouchMove={() => setFollow(false)} onScroll={() => !self.current && playing && setFollow(false)}>
        <li className="tr-space" aria-hidden="true" style={{ height: list.getTotalSize() }} />
        {list.getVirtualItems().map((v) => {
          const s = segments[v.index];
          if (!s) return null;
          const who = speaker(s.speaker);
          const on = picked && v.index >= picked.from && v.index <= picked.to;
          return (
            <Line
              key={v.key} segment={s} name={who.name} voice={who.voice} timed={transcript.timed} current={v.index === current && (playing || now !== "")} picked={on ?? false} picking={picking !== undefined}
              quotes={quoted.get(s.id)} words={words} index={v.index} count={segments.length} top={v.start} measure={list.measureElement} unsure={(roles.get(s.speaker)?.confidence ?? 1) < 0.6}
              onPress={pressing} onEdit={may("correct") && !picking ? setCorrecting : undefined} say={texts}
            />
          );
        })}
      </ol>
      <Suspense fallback={null}>
        {off && picked && <OffRecord transcript={transcript} tag={tag} from={picked.from} to={picked.to} onClose={() => setOff(false)} onDone={() => { setOff(false); setPicking(undefined); }} />}
        {correcting !== undefined && <Correct transcript={transcript} tag={tag} segment={correcting} onClose={() => setCorrecting(undefined)} />}
      </Suspense>
      {now && standing.current.size > 0 && <button type="button" className="vh-go" onClick={() => goTo(now)}>{t("record:transcript.to_statement")}</button>}
    </>
  );
}
