import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { api, body, heads, onceKey, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { Ask } from "../parts/Ask";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Moment } from "../parts/Time";
import { Trouble, useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { day, dayText } from "../time/format";
import { useNow } from "../time/useNow";
import { useHere } from "./context";
import { useKept } from "./kept";

type Request = Schemas["Request"];
const kinds = ["correct", "stop", "erase"] as const;

/** What the employee asks for beyond the review, and what became of it; hr answers here, within the time the law gives. */
export default function Requests({ onClose }: { onClose: () => void }) {
  const { t } = useTexts("manage");
  const { id, may } = useHere();
  const list = useQuery({ queryKey: keys.requests(id), queryFn: async () => (await body(api.GET("/v1/interviews/{id}/requests", { params: { path: { id } } }))).items });
  const answers = may("answer_request");
  return (
    <Ask wide title={t(answers ? "manage:request.title_hr" : "manage:request.title")} back={t("common:close")} onClose={onClose}>
      {!answers && may("request") && <Make />}
      {list.isPending && <Skeleton />}
      {list.isError && <Trouble error={list.error} again={() => void list.refetch()} />}
      {list.data?.length === 0 && answers && <p className="quiet">{t("manage:request.none")}</p>}
      {(list.data?.length ?? 0) > 0 && (
        <section aria-label={t(answers ? "manage:request.title_hr" : "manage:request.mine")}>
          {!answers && <h3>{t("manage:request.mine")}</h3>}
          <ol className="asked">{list.data?.map((r) => <One key={r.id} request={r} answers={answers} />)}</ol>
        </section>
      )}
    </Ask>
  );
}

function Make() {
  const { t, lang } = useTexts("manage");
  const { id } = useHere();
  const say = useSaying();
  const cache = useQueryClient();
  const now = useNow();
  const group = useId();
  const [kind, setKind] = useState<(typeof kinds)[number]>();
  const [text, keep] = useKept(`request:${id}`);
  const [once, setOnce] = useState(onceKey);
  const ask = useMutation({
    mutationFn: (k: (typeof kinds)[number]) => body(api.POST("/v1/interviews/{id}/requests", { params: { path: { id } }, body: { kind: k, ...(text.trim() ? { text: text.trim() } : {}) }, headers: heads({ once }) })),
    onSuccess: () => {
      keep("");
      setKind(undefined);
      setOnce(onceKey());
      return cache.invalidateQueries({ queryKey: keys.requests(id) });
    },
  });
  return (
    <>
      <p>{t("manage:request.text")}</p>
      <fieldset className="choices">
        <legend className="vh">{t("manage:request.title")}</legend>
        {kinds.map((k) => (
          <label className="choice" key={k}>
            <input type="radio" name={group} checked={kind === k} onChange={() => setKind(k)} />
            <span>{t(`manage:request.kind.${k}`)}<small>{t(`manage:request.kind_note.${k}`)}</small></span>
          </label>
        ))}
      </fieldset>
      {kind && (
        <div className="field">
          <label htmlFor={`${group}-w`}>{t("manage:request.words")}</label>
          <textarea className="in" id={`${group}-w`} maxLength={4000} value={text} onChange={(e) => keep(e.target.value)} />
        </div>
      )}
      <div className="acts start">
        <button type="button" className="btn primary" disabled={!kind || ask.isPending} onClick={() => kind && ask.mutate(kind)}>{t("manage:request.send")}</button>
      </div>
      <p role="status" className={ask.isSuccess ? "status done" : "vh"}>{ask.data && <><Icon name="check" />{t("manage:request.sent", { day: day(new Date(ask.data.due), now, lang) })}</>}</p>
      {ask.isError && <p className="hint bad" role="alert">{say(ask.error)}</p>}
    </>
  );
}

function One({ request: r, answers }: { request: Request; answers: boolean }) {
  const { t, lang } = useTexts("manage");
  const { interview } = useHere();
  const open = r.state === "open";
  return (
    <li>
      <p><b>{t(`manage:request.kind.${r.kind}`)}</b> <span className="small quiet"><Moment at={r.at} exact />{answers && ` ${calling(interview.employee.name, lang)}`}</span></p>
      {r.text && <p className="said-text">{r.text}</p>}
      <p className={open && answers ? "small warn-text" : "small quiet"}>
        {t(`manage:request.state.${r.state}`)} {open ? <Due on={r.due} hr={answers} /> : r.answered_at && <Moment at={r.answered_at} exact />}
      </p>
      {r.answer && <p className="said-text answered">{r.answer}</p>}
      {open && answers && <Answer request={r} />}
    </li>
  );
}

function Due({ on, hr }: { on: string; hr: boolean }) {
  const { t, lang } = useTexts("manage");
  const now = useNow();
  const d = new Date(on);
  return <time dateTime={dayText(d)}>{t(hr ? "manage:request.due_hr" : "manage:request.due", { day: day(d, now, lang) })}</time>;
}

function Answer({ request: r }: { request: Request }) {
  const { t } = useTexts("manage");
  const { id } = useHere();
  const say = useSaying();
  const cache = useQueryClient();
  const [text, keep] = useKept(`answer:${r.id}`);
  const answer = useMutation({
    mutationFn: (state: "done" | "refused") => body(api.PATCH("/v1/interviews/{id}/requests/{request}", { params: { path: { id, request: r.id } }, body: { state, answer: text.trim() } })),
    onSettled: () => Promise.all([cache.invalidateQueries({ queryKey: keys.requests(id) }), cache.invalidateQueries({ queryKey: ["requests"] })]),
    onSuccess: () => keep(""),
  });
  const empty = text.trim() === "";
  return (
    <div className="field">
      <label htmlFor={`a-${r.id}`}>{t("manage:request.answer")}</label>
      {r.kind === "erase" && <span className="hint">{t("manage:request.erase_hint")}</span>}
      <textarea className="in" id={`a-${r.id}`} maxLength={4000} value={text} onChange={(e) => keep(e.target.value)} />
      <div className="acts start">
        <button type="button" className="btn" disabled={empty || answer.isPending} onClick={() => answer.mutate("done")}>{t("manage:request.done_do")}</button>
        <button type="button" className="btn" disabled={empty || answer.isPending} onClick={() => answer.mutate("refused")}>{t("manage:request.refused_do")}</button>
      </div>
      {answer.isError && <span className="hint bad" role="alert">{say(answer.error)}</span>}
    </div>
  );
}
