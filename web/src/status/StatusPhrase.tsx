import type { Schemas } from "../api/client";
import { Bar } from "../parts/Bar";
import { Icon } from "../parts/Icon";
import { useTexts } from "../texts/use";
import { moment } from "../time/format";
import { useNow } from "../time/useNow";
import { phraseOf } from "./phrase";

/** Where an interview stands, in one phrase; in lists with its note and bar beside it. */
export function StatusPhrase({ interview, comments, list = false }: { interview: Schemas["Interview"]; comments?: number; list?: boolean }) {
  const { t, lang } = useTexts();
  const now = useNow();
  const p = phraseOf(interview, now, lang, comments);
  const told = p.at ? moment(new Date(p.at), now, lang) : "";
  const at = lang === "ja" && p.note === "common:note.sent" && /\d$/.test(told) ? `${told} ` : told;
  const text = t(p.text, p.values);
  return (
    <>
      <span className={`status ${p.tone}`}><Icon name={p.icon} />{text}</span>
      {p.share !== undefined && <Bar share={p.share} label={`${Math.round(p.share * 100)}%`} />}
      {p.note && <small className={list ? undefined : "quiet small"}>{t(p.note, { ...p.values, at })}</small>}
      {list && interview.status === "failed" && interview.error && interview.relation !== "subject" && <small>{interview.error.message.split(/[。.]/)[0]}</small>}
    </>
  );
}
