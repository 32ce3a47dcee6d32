import { Icon } from "../parts/Icon";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { position } from "../time/format";
import { Chip } from "./Chip";
import { useHere } from "./context";
import { type Evidence as Quote, places } from "./review";
import { useSpeakers } from "./speakers";
import { useWide } from "./useWide";

/** The words a statement stands on: chips beside the panel, where there is no panel the quotes themselves, opened under it. */
export function Evidence({ evidence, owner }: { evidence: readonly Quote[]; owner: string }) {
  const { t, lang } = useTexts("record");
  const { setNow, setQuoted, may } = useHere();
  const wide = useWide();
  const speaker = useSpeakers();
  const list = places(evidence);
  if (list.length === 0) return null;
  const show = () => {
    setNow(owner);
    setQuoted(new Map(list.map((p) => [p.segment, p.quotes])));
  };
  if (wide && may("hear")) {
    return (
      <span className="chips">
        <span>{t("record:evidence.label")}</span>
        {list.map((p) => p.start === null
          ? <button type="button" className="chip" key={p.segment} onClick={show}>{t("record:evidence.line", { n: p.segment })}</button>
          : <Chip key={p.segment} start={p.start} end={p.end} owner={owner} onPlay={show} />)}
      </span>
    );
  }
  return (
    <details className="quotes">
      <summary className="disc"><Icon name="down" className="i chev" />{t("record:evidence.count", { count: list.length })}</summary>
      <ol>
        {list.map((p) => (
          <li key={p.segment}>
            {p.start !== null && <Chip start={p.start} end={p.end} owner={owner} onPlay={show} words={t("record:chip.from", { at: position(p.start) })} />}
            <span className="who">{speaker(p.segment, (name) => calling(name, lang))}</span>
            {p.quotes.map((q) => <q key={q}>{q}</q>)}
          </li>
        ))}
      </ol>
    </details>
  );
}
