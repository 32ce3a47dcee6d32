import { useState } from "react";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useDraft } from "./data";
import { placesOf } from "./edits";
import { Words } from "./fields";
import type { Thread as Talk } from "./review";
import { Thread } from "./Thread";
import { useReview } from "./useReview";

/** What is still open about sentences that the shown version no longer has: each with the sentence as it was. */
export default function Strays({ list }: { list: readonly Talk[] }) {
  const { t } = useTexts("record");
  return (
    <section className="sec no-print" aria-labelledby="h-strays">
      <div className="sec-h"><h2 id="h-strays">{t("record:strays.title")}</h2></div>
      {list.map((talk) => <Stray key={talk.statement} talk={talk} />)}
    </section>
  );
}

function Stray({ talk }: { talk: Talk }) {
  const { t } = useTexts("record");
  const { id, may } = useHere();
  const { left, live } = useReview();
  const [open, setOpen] = useState(false);
  const version = talk.comments[talk.comments.length - 1]?.draft ?? 0;
  const was = useDraft(id, version).data;
  const sentence = was && placesOf(was).get(talk.statement);
  const todo = left.has(talk.statement);
  return (
    <article className={`st ${todo ? "todo" : ""}`} id={`st-${talk.statement}`} data-statement={talk.statement} tabIndex={-1} aria-label={todo ? t("record:todo") : undefined}>
      <div className="st-main">
        <p className="small quiet">{t("record:strays.was", { version })}</p>
        {sentence && <p>{sentence.sensitive ? t("record:history.sensitive") : <del>{sentence.text}</del>}</p>}
        {open && <Words draft={version} statement={talk.statement} kind="comment" onDone={() => setOpen(false)} onClose={() => setOpen(false)} />}
      </div>
      <Thread talk={talk} todo={todo} onReply={live && may("comment") ? () => setOpen(true) : undefined} />
    </article>
  );
}
