import { memo } from "react";
import type { Schemas } from "../api/client";
import { Icon } from "../parts/Icon";
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
  onEdit: ((segment: number) => void) | undefined;
  say: Words;
}

/** The fixed words of all lines; thousands of lines share one object. */
export interface Words {
  listen: (at: string) => string;
  line: (n: number) => string;
  pick: (n: number) => string;
  unsure: string;
  removed: string;
  unclear: string;
  corrected: string;
  edit: string;
}

/** One line of what was said. The time is the button; the whole line takes the pointer. */
export const Line = memo(function Line({ segment: s, name, voice, timed, current, picked, picking, unsure, quotes, words, index, count, top, measure, onPress, onEdit, say }: Props) {
  const marks = quotes ?? (words ? [words] : []);
  const at = timed ? position(s.start) : String(index + 1);
  const label = picking ? `${at} ${say.pick(index + 1)}` : timed ? say.listen(at) : say.line(index + 1);
  return (
    <li
      ref={measure} data-index={index} aria-current={current || undefined} className={picked ? "picked" : undefined} style={{ transform: `translateY(${top}px)` }}
      aria-setsize={count} aria-posinset={index + 1} onClick={(e) => !(e.target as HTMLElement).closest("button") && !getSelection()?.toString() && onPress(index)}
    >
      <button type="button" className="t" aria-label={label} aria-pressed={picking ? picked : undefined} onClick={() => onPress(index)}>{at}</button>
      <span>
        <span className={`sp ${voice}`}>{name}{unsure && <span className="unsure">{say.unsure}</span>}</span>
        {s.off_record ? <span className="off">{say.removed}</span>
          : s.unclear ? <span className="off">{say.unclear}</span>
          : cut(s.text, marks).map((p, i) => (p.marked ? <mark className="ev" key={i}>{p.text}</mark> : p.text))}
        {s.corrected && !s.off_record && <span className="fixed" title={say.corrected}><Icon name="edit" /><span className="vh">{say.corrected}</span></span>}
        {onEdit && !s.off_record && <button type="button" className="tr-edit" onClick={() => onEdit(s.id)}>{say.edit}<span className="vh"> {at}</span></button>}
      </span>
    </li>
  );
});
