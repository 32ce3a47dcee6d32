import { useTexts } from "../texts/use";
import { day, moment, parseDay, stamp } from "../time/format";
import { useNow } from "../time/useNow";

/** A moment as people speak of it; hover and screen readers get the exact one. */
export function Moment({ at, exact = false }: { at: string; exact?: boolean }) {
  const { lang } = useTexts();
  const t = new Date(at);
  return (
    <time dateTime={at} title={t.toLocaleString(lang === "ja" ? "ja-JP" : "en-GB")} data-paper={exact ? stamp(t, lang) : undefined}>
      {moment(t, useNow(), lang, exact)}
    </time>
  );
}

/** A calendar day "YYYY-MM-DD" with its weekday. */
export function Day({ on, year = false }: { on: string; year?: boolean }) {
  const { lang } = useTexts();
  const now = useNow();
  const t = parseDay(on);
  return t ? <time dateTime={on}>{day(t, now, lang, year)}</time> : <>{on}</>;
}
