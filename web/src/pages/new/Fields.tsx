import { type FormEvent, useState } from "react";
import type { Schemas } from "../../api/client";
import { Icon } from "../../parts/Icon";
import { useSaying } from "../../parts/Trouble";
import { useMe } from "../../session/session";
import { useTexts } from "../../texts/use";
import { dayText } from "../../time/format";
import { useNow } from "../../time/useNow";
import type { Desk } from "./desk";
import type { Choice, Row } from "./row";
import { Who } from "./Who";

/** A row's choices as fields. What cannot be changed any more, because the interview has been opened, is text. */
export function Fields({ row, desk, templates }: { row: Row; desk: Desk; templates: readonly Schemas["TemplateInfo"][] }) {
  const { t, lang } = useTexts("upload");
  const say = useSaying();
  const { installation } = useMe();
  const now = useNow();
  const [c, setC] = useState<Choice>(row.choice);
  const put = (change: Partial<Choice>) => setC((old) => ({ ...old, ...change }));
  const opened = row.interview !== undefined;
  const begun = row.sender !== undefined;
  const at = (name: string) => `${name}-${row.key}`;
  const abroad = installation.processors.some((p) => !p.internal);
  const keep = (e: FormEvent) => {
    e.preventDefault();
    void desk.decide(row, c);
  };
  const title = (x: Schemas["TemplateInfo"]) => x.title[lang] ?? x.title.ja ?? x.name;
  return (
    <form className="up-fields" onSubmit={keep} aria-label={t("upload:fields.label", { name: row.file?.name ?? "" })}>
      <div className="field">
        <label htmlFor={at("who")}>{t("upload:col.employee")}</label>
        {opened ? <b id={at("who")}>{c.employee?.name}</b> : <Who id={at("who")} {...(c.employee ? { value: c.employee } : {})} need={!c.employee} onChange={(employee) => put({ employee })} />}
        {opened && <span className="hint">{t("upload:fields.employee_fixed")}</span>}
      </div>
      <div className="field"><label htmlFor={at("day")}>{t("upload:col.day")}</label><input className="in" id={at("day")} type="date" required max={dayText(now)} value={c.day} onChange={(e) => put({ day: e.target.value })} /></div>
      <div className="field">
        <label htmlFor={at("tpl")}>{t("upload:col.template")}</label>
        <select className="in" id={at("tpl")} value={c.template} onChange={(e) => put({ template: e.target.value })}>
          {templates.map((x) => <option key={x.name} value={x.name}>{title(x)}</option>)}
        </select>
      </div>
      {abroad && (
        <div className="field">
          <label htmlFor={at("way")}>{t("upload:fields.processing")}</label>
          <select className="in" id={at("way")} value={c.processing} onChange={(e) => put({ processing: e.target.value as Choice["processing"] })}>
            {!opened && <option value="">{t("upload:fields.processing_template")}</option>}
            <option value="internal">{t("upload:fields.processing_internal")}</option>
            <option value="external">{t("upload:fields.processing_external")}</option>
          </select>
        </div>
      )}
      {row.kind === "recording" && !begun && (
        <>
          <div className="field">
            <label htmlFor={at("roles")}>{t("upload:fields.roles")}</label>
            <select className="in" id={at("roles")} value={c.roles} onChange={(e) => put({ roles: e.target.value as Choice["roles"] })}>
              <option value="">{t("upload:fields.roles_heard")}</option>
              <option value="interviewer_employee">{t("upload:fields.roles_ie")}</option>
              <option value="employee_interviewer">{t("upload:fields.roles_ei")}</option>
            </select>
          </div>
          <div className="field">
            <label htmlFor={at("voices")}>{t("upload:fields.speakers")}</label>
            <select className="in" id={at("voices")} value={c.speakers} onChange={(e) => put({ speakers: e.target.value === "3" ? 3 : 2 })}>
              <option value="2">{t("upload:fields.speakers_two")}</option>
              <option value="3">{t("upload:fields.speakers_three")}</option>
            </select>
          </div>
        </>
      )}
      {!opened && installation.consent === "attested" && (
        <label className="choice"><input type="checkbox" checked={c.attested} onChange={(e) => put({ attested: e.target.checked })} /><span>{t("upload:fields.attested")}<small>{t("upload:fields.attested_note")}</small></span></label>
      )}
      {!opened && (
        <label className="choice"><input type="checkbox" checked={c.apart} onChange={(e) => put({ apart: e.target.checked })} /><span>{t("upload:fields.apart")}<small>{t("upload:fields.apart_note")}</small></span></label>
      )}
      {row.error !== undefined && <p className="hint bad" role="alert">{say(row.error)}</p>}
      <p className="acts">
        <button type="submit" className="btn primary"><Icon name="check" />{t(opened ? "upload:fields.keep" : "upload:fields.send")}</button>
        <button type="button" className="btn" onClick={() => void desk.decide(row, row.choice.employee && !opened ? { employee: row.choice.employee } : {})}>{t("common:stop")}</button>
      </p>
    </form>
  );
}
