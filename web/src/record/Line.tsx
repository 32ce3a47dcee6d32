import { memo } from "react";
import type { Schemas } from "../api/client";
import { Icon } from "../parts/Icon";
import { useTexts } from "../texts/use";
import { position } from "../time/format";
import { cut } from "./segments";

interface Props {
  segment: Schemas["Segment"];
  name: string;
  voice: string;
  timed: boolean;
  current: boolean;
  picked: boolean;
  picking: boolean;
  unsure: boolean;
  quotes: readonly string[] | undefined;
  words: string;
  index: number;
  count: number;
  top: number;
  measure: (el: HTMLElement | null) => void;
  onPress: (index: number) => void;
  onEdit: (() => void) | undefined;
}

/** One line of what was said. The time is the button; the whole line takes the pointer. */
export const Line = memo(function Line({ segment: s, name, voice, timed, current, picked, picking, unsure, quotes, words, index, count, top, measure, onPress, onEdit }: Props) {
  const { t } = useTexts("record");
  const marks = quotes ?? (words ? [words] : []);
  const label = picking ? `${timed ? position(s.start) : index + 1} ${t("record:off.line", { n: index + 1 })}` : timed ? t("record:chip.play", { at: position(s.start) }) : t("record:evidence.line", { n: index + 1 });
  return (
    <li
      ref={measure} data-index={index} aria-current={current || undefined} className={picked ? "picked" : undefined} style={{ transform: `translateY(${top}px)` }}
      aria-setsize={count} aria-posinset={index + 1} onClick={(e) => !(e.target as HTMLElement).closest("button") && !getSelection()?.toString() && onPress(index)}
    >
      <button type="button" className="t" aria-label={label} aria-pressed={picking ? picked : undefined} onClick={() => onPress(index)}>{timed ? position(s.start) : index + 1}</button>
      <span>
        <span className={`sp ${voice}`}>{name}{unsure && <span className="unsure">{t("record:transcript.unsure")}</span>}</span>
        {s.off_record ? <span className="off">{t("record:transcript.removed")}</span>
          : s.unclear ? <span className="off">{t("record:absence.unclear")}</span>
          : cut(s.text, marks).map((p, i) => (p.marked ? <mark className="ev" key={i}>{p.text}</mark> : p.text))}
        {s.corrected && !s.off_record && <span className="fixed" title={t("record:transcript.corrected")}><Icon name="edit" /><span className="vh">{t("record:transcript.corrected")}</span></span>}
        {onEdit && !s.off_record && <button type="button" className="tr-edit" onClick={onEdit}>{t("record:edit.open")}<span className="vh"> {timed ? position(s.start) : index + 1}</span></button>}
      </span>
    </li>
  );
});
