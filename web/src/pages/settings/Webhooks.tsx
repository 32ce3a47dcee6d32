import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body } from "../../api/client";
import { isProblem } from "../../api/problem";
import { Icon } from "../../parts/Icon";
import { Notice } from "../../parts/Notice";
import { Skeleton } from "../../parts/Skeleton";
import { Trouble, useSaying } from "../../parts/Trouble";
import { useMay } from "../../session/session";
import { useTexts } from "../../texts/use";

const events = ["state", "draft", "approved", "failed", "action_due"] as const;

/** Addresses of other programs that are told what happens, without a word of the talk. Where the server has none yet it
 * says so, and nothing is offered. */
export default function Webhooks() {
  const { t } = useTexts("settings");
  const say = useSaying();
  const cache = useQueryClient();
  const may = useMay("operate");
  const list = useQuery({ queryKey: ["webhooks"], queryFn: async () => (await body(api.GET("/v1/webhooks"))).items, retry: false });
  const [url, setUrl] = useState("");
  const [chosen, setChosen] = useState<string[]>(["approved", "failed"]);
  const again = () => cache.invalidateQueries({ queryKey: ["webhooks"] });
  const make = useMutation({
    mutationFn: () => body(api.POST("/v1/webhooks", { body: { url, events: chosen as (typeof events)[number][] } })),
    onSuccess: () => {
      setUrl("");
      return again();
    },
  });
  const change = useMutation({ mutationFn: ({ id, active }: { id: string; active: boolean }) => body(api.PATCH("/v1/webhooks/{webhook}", { params: { path: { webhook: id } }, body: { active } })), onSuccess: again });
  const remove = useMutation({ mutationFn: (id: string) => body(api.DELETE("/v1/webhooks/{webhook}", { params: { path: { webhook: id } } })), onSuccess: again });
  const trouble = make.error ?? change.error ?? remove.error;
  const submit = (e: FormEvent) => {
    e.preventDefault();
    make.mutate();
  };
  return (
    <section aria-labelledby="set-hooks">
      <h2 id="set-hooks">{t("settings:hooks.title")}</h2>
      <p className="small quiet">{t("settings:hooks.text")}</p>
      {list.isPending && <Skeleton />}
      {list.isError && (isProblem(list.error, "not_built") ? <p className="quiet">{say(list.error)}</p> : <Trouble error={list.error} again={() => void list.refetch()} />)}
      {list.data && (
        <>
          {list.data.length === 0 && <p className="quiet">{t("settings:hooks.none")}</p>}
          <ul className="plain-rows">
            {list.data.map((w) => (
              <li key={w.id}>
                <b className="url">{w.url}</b>
                <span className="quiet">{w.events.map((e) => (events as readonly string[]).includes(e) ? t(`settings:hooks.event.${e}`) : e).join(" · ")}</span>
                <label className="choice"><input type="checkbox" checked={w.active} disabled={!may || change.isPending} onChange={(e) => change.mutate({ id: w.id, active: e.target.checked })} /><span>{t("settings:hooks.active")}</span></label>
                {may && <button type="button" className="btn link bad-link" onClick={() => remove.mutate(w.id)}>{t("settings:hooks.remove")}<span className="vh"> {w.url}</span></button>}
              </li>
            ))}
          </ul>
          {make.data?.secret && <Notice tone="good" title={t("settings:hooks.once")}><code className="secret">{make.data.secret}</code></Notice>}
          {may && (
            <form className="form" onSubmit={submit}>
              <div className="field"><label htmlFor="hook-url">{t("settings:hooks.url")}</label><input className="in" id="hook-url" type="url" required maxLength={500} value={url} placeholder="https://" onChange={(e) => setUrl(e.target.value)} /></div>
              <fieldset className="choices row-choices">
                <legend>{t("settings:hooks.events")}</legend>
                {events.map((e) => <label className="choice" key={e}><input type="checkbox" checked={chosen.includes(e)} onChange={(x) => setChosen(x.target.checked ? [...chosen, e] : chosen.filter((y) => y !== e))} /><span>{t(`settings:hooks.event.${e}`)}</span></label>)}
              </fieldset>
              <p className="acts"><button type="submit" className="btn" disabled={make.isPending || chosen.length === 0}><Icon name="plus" />{t("settings:hooks.make")}</button></p>
            </form>
          )}
        </>
      )}
      {trouble && <p className="hint bad" role="alert">{say(trouble)}</p>}
    </section>
  );
}
