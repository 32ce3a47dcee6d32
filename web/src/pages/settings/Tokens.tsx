import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body, type Schemas } from "../../api/client";
import { Ask } from "../../parts/Ask";
import { Icon } from "../../parts/Icon";
import { Skeleton } from "../../parts/Skeleton";
import { Moment } from "../../parts/Time";
import { Trouble, useSaying } from "../../parts/Trouble";
import { useTexts } from "../../texts/use";
import { ShownOnce } from "./ShownOnce";

/** Keys for programs. The secret is shown once, when the key is made, and kept nowhere. */
export function Tokens() {
  const { t } = useTexts("settings");
  const say = useSaying();
  const cache = useQueryClient();
  const [name, setName] = useState("");
  const [gone, setGone] = useState<Schemas["Token"]>();
  const list = useQuery({ queryKey: ["tokens"], queryFn: async () => (await body(api.GET("/v1/tokens"))).items });
  const again = () => cache.invalidateQueries({ queryKey: ["tokens"] });
  const make = useMutation({
    mutationFn: (n: string) => body(api.POST("/v1/tokens", { body: { name: n } })), // no idempotent replay: the secret must not be kept
    onSuccess: () => {
      setName("");
      return again();
    },
  });
  const revoke = useMutation({
    mutationFn: (id: string) => body(api.DELETE("/v1/tokens/{token}", { params: { path: { token: id } } })),
    onSuccess: () => {
      setGone(undefined);
      return again();
    },
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (name.trim()) make.mutate(name.trim());
  };
  return (
    <section aria-labelledby="set-tokens">
      <h2 id="set-tokens">{t("settings:tokens.title")}</h2>
      <p className="small quiet">{t("settings:tokens.text")}</p>
      {list.isPending && <Skeleton />}
      {list.isError && <Trouble error={list.error} again={() => void list.refetch()} />}
      {list.data && list.data.length > 0 && (
        <ul className="plain-rows">
          {list.data.map((x) => (
            <li key={x.id}>
              <b>{x.name || t("settings:tokens.unnamed")}</b>
              <span className="quiet">{t("settings:tokens.made")} <Moment at={x.created_at} /></span>
              <span className="quiet">{x.last_used ? <>{t("settings:tokens.used")} <Moment at={x.last_used} /></> : t("settings:tokens.unused")}</span>
              <button type="button" className="btn link bad-link" onClick={() => setGone(x)}>{t("settings:tokens.revoke")}<span className="vh"> {x.name}</span></button>
            </li>
          ))}
        </ul>
      )}
      {make.data && <ShownOnce key={make.data.id} title={t("settings:tokens.once")} secret={make.data.secret} />}
      <form className="inline-form" onSubmit={submit}>
        <div className="field"><label htmlFor="token-name">{t("settings:tokens.name")}</label><input className="in" id="token-name" maxLength={100} required value={name} placeholder={t("settings:tokens.example")} onChange={(e) => setName(e.target.value)} /></div>
        <button type="submit" className="btn" disabled={make.isPending}><Icon name="plus" />{t("settings:tokens.make")}</button>
      </form>
      {make.isError && <p className="hint bad" role="alert">{say(make.error)}</p>}
      {gone && (
        <Ask title={t("settings:tokens.revoke_title", { name: gone.name })} back={t("common:stop")} onClose={() => setGone(undefined)} actions={<button type="button" className="btn danger" disabled={revoke.isPending} onClick={() => revoke.mutate(gone.id)}><Icon name="trash" />{t("settings:tokens.revoke")}</button>}>
          <p>{t("settings:tokens.revoke_text")}</p>
          {revoke.isError && <p className="hint bad" role="alert">{say(revoke.error)}</p>}
        </Ask>
      )}
    </section>
  );
}
