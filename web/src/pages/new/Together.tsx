import { useState } from "react";
import type { Schemas } from "../../api/client";
import { Ask } from "../../parts/Ask";
import { plain } from "../../texts/marks";
import { useTexts } from "../../texts/use";
import { dayText } from "../../time/format";
import { useNow } from "../../time/useNow";
import type { Desk } from "./desk";
import type { Choice } from "./row";

/** Decides template, day or processing for the ticked rows in one go. */
export default function Together({ desk, templates, onClose }: { desk: Desk; templates: readonly Schemas["TemplateInfo"][]; onClose: () => void }) {
  const { t, lang } = useTexts("upload");
  const now = useNow();
  const open = desk.rows.filter((r) => !r.refusal && r.phase !== "done" && r.phase !== "missing");
  const [ticked, setTicked] = useState(() => new Set(open.map((r) => r.key)));
  const [template, setTemplate] = useState("");
  const [day, setDay] = useState("");
  const chosen = open.filter((r) => ticked.has(r.key));
  const set = () => {
    const choice: Partial<Choice> = { ...(template ? { template } : {}), ...(day ? { day } : {}) };
    for (const r of chosen) void desk.decide(r, choice);
    onClose();
  };
  return (
    <Ask wide title={t("upload:total.together")} back={t("common:stop")} onClose={onClose} actions={<button type="button" className="btn primary" disabled={chosen.length === 0 || (!template && !day)} onClick={set}>{t("upload:together.do", { count: chosen.length })}</button>}>
      <div className="pair">
        <div className="field">
          <label htmlFor="all-template">{t("upload:col.template")}</label>
          <select className="in" id="all-template" value={template} onChange={(e) => setTemplate(e.target.value)}>
            <option value="">{t("upload:together.as_is")}</option>
            {templates.map((x) => <option key={x.name} value={x.name}>{x.title[lang] ?? x.title.ja ?? x.name}</option>)}
          </select>
        </div>
        <div className="field"><label htmlFor="all-day">{t("upload:together.day")}</label><input className="in" id="all-day" type="date" max={dayText(now)} value={day} onChange={(e) => setDay(e.target.value)} /></div>
      </div>
      <fieldset className="choices together">
        <legend>{t("upload:together.which")}</legend>
        {open.map((r) => (
          <label className="choice" key={r.key}>
            <input type="checkbox" checked={ticked.has(r.key)} onChange={(e) => setTicked((old) => { const next = new Set(old); if (e.target.checked) next.add(r.key); else next.delete(r.key); return next; })} />
            <span>{r.file && plain(r.file.name)}<small>{r.choice.employee?.name}</small></span>
          </label>
        ))}
      </fieldset>
    </Ask>
  );
}
