import { useState } from "react";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { Words } from "./fields";
import { Thread } from "./Thread";
import { useReview } from "./useReview";

/** Remarks on the record as a whole. */
export function Remarks() {
  const { t } = useTexts("record");
  const { may } = useHere();
  const { draft, threads, left, live } = useReview();
  const [open, setOpen] = useState(false);
  const talk = threads.get("");
  const mayWrite = live && may("comment");
  if (!talk?.comments.length && !mayWrite) return null;
  return (
    <section className="sec no-print" aria-labelledby="h-remarks">
      <div className="sec-h"><h2 id="h-remarks">{t("record:comment.whole")}</h2></div>
      <div className={`st whole ${left.has("") ? "todo" : ""}`} id="st-" data-statement="" tabIndex={-1}>
        <div className="st-main">
          <Thread talk={talk} todo={left.has("")} onReply={mayWrite ? () => setOpen(true) : undefined} />
          {open && <Words draft={draft.version} statement="" kind="comment" onDone={() => setOpen(false)} onClose={() => setOpen(false)} />}
          {mayWrite && !open && !talk?.comments.length && <button type="button" className="btn link small add" onClick={() => setOpen(true)}>{t("record:comment.whole_open")}</button>}
        </div>
      </div>
    </section>
  );
}
