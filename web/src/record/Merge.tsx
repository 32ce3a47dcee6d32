import { useState } from "react";
import { Ask } from "../parts/Ask";
import { useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import type { Conflict, Edit } from "./edits";
import type { Meeting } from "./sending";

/** Two people changed the same statements: both texts side by side, one decision for each. */
export function Merge({ met, onDone, onClose, busy, error }: { met: Meeting; onDone: (kept: Edit[]) => void; onClose: () => void; busy: boolean; error: unknown }) {
  const { t, lang } = useTexts("record");
  const { interview } = useHere();
  const say = useSaying();
  const [mine, setMine] = useState<Record<string, boolean | undefined>>({});
  const decided = met.conflicts.every((c) => mine[c.edit.id] !== undefined);
  /** The employee's own words are theirs: the server refuses a change, so it is not offered. */
  const isOwn = (s: Conflict["theirs"]) => interview.relation === "interviewer" && s?.by === "person" && s.author === interview.employee.id;
  const { author } = met.onto;
  const who = author.id === interview.employee.id ? interview.employee.name : interview.interviewer.name;
  return (
    <Ask
      wide
      title={author.kind === "ai" ? t("record:merge.title_new") : t("record:merge.title", { name: calling(who, lang) })}
      onClose={onClose}
      actions={<button type="button" className="btn primary" disabled={!decided || busy} onClick={() => onDone(met.conflicts.filter((c) => mine[c.edit.id] && c.theirs).map((c) => c.edit))}>{t("record:merge.do")}</button>}
    >
      <p>{t("record:merge.text", { count: met.conflicts.length })}</p>
      {met.conflicts.map((c) => (
        <fieldset className="choices merge" key={c.edit.id}>
          <legend className="vh">{t("record:merge.which")}</legend>
          {isOwn(c.theirs) && <p className="small quiet">{t("record:merge.protected")}</p>}
          {[false, true].map((own) => (
            <label className="choice" key={String(own)}>
              <input type="radio" name={c.edit.id} checked={mine[c.edit.id] === own} disabled={own && (!c.theirs || isOwn(c.theirs))} onChange={() => setMine({ ...mine, [c.edit.id]: own })} />
              <span>
                <small>{own ? t("record:merge.mine") : author.kind === "ai" ? t("record:merge.theirs_new") : t("record:merge.theirs", { name: calling(who, lang) })}</small>
                {own ? (c.edit.remove ? t("record:merge.removed") : (c.edit.text ?? c.theirs?.text ?? "")) : (c.theirs?.text ?? t("record:merge.removed"))}
              </span>
            </label>
          ))}
        </fieldset>
      ))}
      {error !== undefined && <p className="hint bad" role="alert">{t("record:not_saved")} {say(error)}</p>}
    </Ask>
  );
}
