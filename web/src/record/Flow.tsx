import { useTexts } from "../texts/use";
import { calling } from "../parts/names";
import { position } from "../time/format";
import { useHere } from "./context";
import { usePlayer } from "./player";
import type { Schemas } from "../api/client";

const width = 768;

/** Who spoke when, in two lanes. A press plays from there; for screen readers a table says the same minute by minute. */
export function Flow({ turns, seconds, gaps }: { turns: Schemas["Insights"]["turns"]; seconds: number; gaps: readonly { start: number; end: number }[] }) {
  const { t, lang } = useTexts("insights");
  const { interview, player } = useHere();
  const at = usePlayer(player, (s) => (s.playing || s.position > 0 ? Math.round((s.position / Math.max(1, seconds)) * width) : -1));
  const x = (s: number) => Math.round((s / Math.max(1, seconds)) * width * 10) / 10;
  const step = seconds > 5400 ? 1200 : seconds > 1800 ? 600 : seconds > 600 ? 120 : 60;
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => i * step);
  const minutes = Array.from({ length: Math.ceil(seconds / 60) }, (_, m) => {
    const in_ = (part: string) => Math.round(turns.filter((u) => u.part === part).reduce((n, u) => n + Math.max(0, Math.min(u.end, (m + 1) * 60) - Math.max(u.start, m * 60)), 0));
    return { m, employee: in_("employee"), interviewer: in_("interviewer") };
  });
  return (
    <div className="flow" tabIndex={0} role="group" aria-label={t("insights:flow.title")}>
      {/* The table below says the same; the picture is for the pointer. */}
      <svg viewBox={`0 0 ${width} 134`} aria-hidden="true" onClick={(e) => {
        const box = e.currentTarget.getBoundingClientRect();
        if (interview.recording?.playable) player.play(((e.clientX - box.left) / box.width) * seconds);
      }}>
        {ticks.map((s) => (
          <g key={s}>
            <line className="ax" x1={x(s)} x2={x(s)} y1="0" y2="112" />
            <text x={s === 0 ? 0 : x(s)} y="130" textAnchor={s === 0 ? "start" : x(s) > width - 20 ? "end" : "middle"}>{position(s)}</text>
          </g>
        ))}
        {turns.map((u) => <rect key={`${u.segment}-${u.start}`} className={u.part === "employee" ? "w-e" : u.part === "interviewer" ? "w-i" : "w-off"} x={x(u.start)} y={u.part === "employee" ? 60 : 6} width={Math.max(1.2, x(u.end) - x(u.start) - 0.6)} height="46" />)}
        {gaps.map((g) => <rect key={g.start} className="w-off" x={x(g.start)} y="6" width={Math.max(2, x(g.end) - x(g.start))} height="100" opacity=".6" />)}
        {at >= 0 && <rect className="w-head" x={at} y="0" width="1.5" height="112" />}
      </svg>
      <table className="vh">
        <caption>{t("insights:flow.table")}</caption>
        <thead><tr><th scope="col">{t("insights:flow.minute")}</th><th scope="col">{calling(interview.interviewer.name, lang)}</th><th scope="col">{calling(interview.employee.name, lang)}</th></tr></thead>
        <tbody>{minutes.map((r) => <tr key={r.m}><th scope="row">{r.m}</th><td>{r.interviewer}</td><td>{r.employee}</td></tr>)}</tbody>
      </table>
    </div>
  );
}
