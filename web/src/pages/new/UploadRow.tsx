import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, body, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { Icon } from "../../parts/Icon";
import { Day } from "../../parts/Time";
import { useMe } from "../../session/session";
import { type T, useTexts } from "../../texts/use";
import { day as dayWords, length } from "../../time/format";
import { useNow } from "../../time/useNow";
import { accept, sizeText } from "../../upload/files";
import type { Desk } from "./desk";
import { Fields } from "./Fields";
import { plain } from "../../texts/marks";
import type { Row } from "./row";
import { RowState } from "./RowState";
import { Who } from "./Who";

type Templates = readonly Schemas["TemplateInfo"][];

/** One file: text where all is clear, fields where a person must choose or wants to change something. */
export function UploadRow({ row, desk, templates }: { row: Row; desk: Desk; templates: Templates }) {
  const { t, lang } = useTexts("upload");
  const template = templates.find((x) => x.name === row.choice.template);
  const name = (row.file && plain(row.file.name)) ?? (row.choice.employee ? t("upload:missing_name", { name: row.choice.employee.name }) : "");
  const asks = row.phase === "need" && !row.editing;
  return (
    <li className="up-row" id={`up-${row.key}`}>
      <div className="file">
        <b>{name}</b>
        <small>
          <span className="num">{sizeText(row.size)}</span>
          {row.seconds !== undefined && <span className="num">{length(row.seconds, lang)}</span>}
          {row.captions && <span className="cap"><Icon name="cc" /> {t("upload:captions", { name: row.captions.name })}</span>}
          {row.kind === "captions" && <span className="cap"><Icon name="cc" /> {t("upload:captions_alone")}</span>}
        </small>
        <RowState row={row} />
      </div>
      {row.editing ? <Fields row={row} desk={desk} templates={templates} /> : (
        <>
          <div className={asks ? "cell field" : row.refusal ? "cell bare" : "cell"}>
            {asks ? (
              <>
                <label className="lb" htmlFor={`who-${row.key}`}>{t("upload:col.employee")}</label>
                <Who id={`who-${row.key}`} need {...(row.choice.employee ? { value: row.choice.employee } : {})} onChange={(employee) => void desk.decide(row, { employee })} />
                {row.guess === "many" && <span className="hint warn">{t("upload:who.many")}</span>}
                {row.guess === "none" && !row.tape && <span className="hint warn">{t("upload:who.none")}</span>}
              </>
            ) : (
              <><span className="lb">{t("upload:col.employee")}</span>{row.choice.employee ? <b>{row.choice.employee.name}</b> : null}</>
            )}
          </div>
          <div className={row.refusal ? "cell bare" : "cell"}><span className="lb">{t("upload:col.day")}</span>{!row.refusal && <Day on={row.choice.day} />}</div>
          <div className={row.refusal ? "cell bare" : "cell"}><span className="lb">{t("upload:col.template")}</span>{!row.refusal && (template?.title[lang] ?? template?.title.ja ?? row.choice.template)}</div>
          {row.refusal ? <div className="cell bare" /> : <ConsentCell row={row} />}
          <Do row={row} desk={desk} name={name} />
        </>
      )}
    </li>
  );
}

/** Consent is the employee's own: it is shown here, and asked for elsewhere. */
function ConsentCell({ row }: { row: Row }) {
  const { t, lang } = useTexts("upload");
  const { installation } = useMe();
  const now = useNow();
  const id = row.interview?.id ?? "";
  const live = ["sending", "done", "opening", "missing"].includes(row.phase);
  const page = useQuery({ queryKey: keys.consent(id), queryFn: () => body(api.GET("/v1/interviews/{id}/consent", { params: { path: { id } } })), enabled: id !== "", refetchInterval: live ? 20_000 : false });
  const label = <span className="lb">{t("upload:col.consent")}</span>;
  if (!row.choice.employee) return <div className="cell quiet">{label}{t("upload:consent.after")}</div>;
  if (!id) return <div className="cell quiet">{label}{t(installation.consent === "attested" && row.choice.attested ? "upload:consent.spoken" : "upload:consent.will_ask")}</div>;
  if (!page.data) return <div className="cell quiet">{label}…</div>;
  const own = page.data.participants.find((p) => p.part === "employee");
  const on = own ? dayWords(new Date(own.at), now, lang).replace(/\(.\)$/, "") : "";
  const bad = !own || ["refused", "withdrawn", "objected"].includes(own.decision);
  return <div className={bad ? "cell warn" : "cell"}>{label}{own ? t(`upload:consent.${own.decision}`, { day: on }) : t("upload:consent.none")}{bad && <Link className="see" to={`/interviews/${id}/consent`}>{t("upload:consent.see")}</Link>}</div>;
}

function Do({ row, desk, name }: { row: Row; desk: Desk; name: string }) {
  const { t } = useTexts("upload");
  const [sure, setSure] = useState(false);
  const state = row.sender?.state;
  const of = <span className="vh"> {name}</span>;
  const button = (icon: Parameters<typeof Icon>[0]["name"], key: Parameters<T>[0], fn: () => void) => <button key={String(key)} type="button" className="btn" onClick={fn}><Icon name={icon} />{t(key)}{of}</button>; // a key each: no press begun on one ends on another
  const remove = (
    <button type="button" className="btn link" onBlur={() => setSure(false)} onClick={() => (sure || !row.interview || row.phase === "done" ? void desk.remove(row) : setSure(true))}>{t(sure ? "upload:do.remove_sure" : "upload:do.remove")}{of}</button>
  );
  const change = <button type="button" className="btn link" onClick={() => desk.edit(row)}>{t("upload:do.change")}{of}</button>;
  let main = null;
  if (row.phase === "soon") main = button("play", "upload:do.now", () => desk.go(row));
  else if (row.phase === "missing" || row.refusal) main = <Choose desk={desk} row={row} label={t(row.refusal ? "upload:do.other" : "upload:do.same")} />;
  else if (state === "lost") main = button("refresh", "upload:do.resume_now", () => desk.go(row));
  else if (state === "paused") main = button("play", "upload:do.resume", () => desk.go(row));
  else if (state === "failed" || row.phase === "failed") main = button("refresh", "common:error.again", () => desk.go(row));
  else if (row.phase === "sending" && (state === "sending" || state === "waiting")) main = button("pause", "upload:do.pause", () => desk.pause(row));
  else if (row.phase === "done" && row.interview) main = null;
  return (
    <div className="do">
      {main}
      {row.phase === "done" && row.interview && <Link className="btn link" to={`/interviews/${row.interview.id}`}>{t("upload:do.open")}{of}</Link>}
      {!row.refusal && row.phase !== "missing" && row.phase !== "done" && change}
      {(row.refusal || row.phase === "missing" || row.phase === "need" || row.phase === "failed" || state === "paused" || state === "failed") && remove}
    </div>
  );
}

/** Chooses one file again, or another in the place of one that is not taken. */
function Choose({ desk, row, label }: { desk: Desk; row: Row; label: string }) {
  return (
    <label className="btn as-file">
      <Icon name="file" />{label}
      <input
        className="vh" type="file" accept={accept}
        onChange={(e) => {
          const files = [...(e.target.files ?? [])];
          e.target.value = "";
          if (files.length && row.refusal) void desk.remove(row);
          desk.add(files);
        }}
      />
    </label>
  );
}
