import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body } from "../../api/client";
import { isProblem } from "../../api/problem";
import { Icon } from "../../parts/Icon";
import { Skeleton } from "../../parts/Skeleton";
import { Trouble, useSaying } from "../../parts/Trouble";
import { useMay } from "../../session/session";
import { useTexts } from "../../texts/use";
import { HookFields, type HookValues } from "./HookFields";
import { HookItem } from "./HookItem";
import { ShownOnce } from "./ShownOnce";

const fresh: HookValues = { url: "", events: ["approved", "failed"] };

/** Addresses of other programs that are told what happens, without a word of the talk. Where the server has none yet it
 * says so, and nothing is offered. */
export default function Webhooks() {
  const { t } = useTexts("settings");
  const say = useSaying();
  const cache = useQueryClient();
  const may = useMay("operate");
  // Sending stops and fails by itself: the page is read again while somebody looks at it.
  const list = useQuery({ queryKey: ["webhooks"], queryFn: async () => (await body(api.GET("/v1/webhooks", { params: { query: { limit: 200 } } }))).items, retry: false, refetchInterval: (q) => (q.state.data?.length ? 15_000 : false) });
  const [value, setValue] = useState(fresh);
  const make = useMutation({
    mutationFn: () => body(api.POST("/v1/webhooks", { body: value })), // no idempotent replay: the secret must not be kept
    onSuccess: () => {
      setValue(fresh);
      return cache.invalidateQueries({ queryKey: ["webhooks"] });
    },
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    make.mutate();
  };
  return (
    <section aria-labelledby="set-hooks">
      <h2 id="set-hooks">{t("settings:hooks.title")}</h2>
      <p className="small quiet">{t("settings:hooks.text")}</p>
      {list.isPending && <Skeleton />}
      {list.isError && !list.data && (isProblem(list.error, "not_built") ? <p className="quiet">{say(list.error)}</p> : <Trouble error={list.error} again={() => void list.refetch()} />)}
      {list.data && (
        <>
          {list.data.length === 0 && <p className="quiet">{t("settings:hooks.none")}</p>}
          <ul className="hooks">{list.data.map((w) => <HookItem key={w.id} hook={w} />)}</ul>
          {make.data?.secret && list.data.some((w) => w.id === make.data.id) && <ShownOnce key={make.data.secret} title={t("settings:hooks.once")} secret={make.data.secret}><p className="url">{make.data.url}</p></ShownOnce>}
          {may && (
            <form className="form" onSubmit={submit}>
              <HookFields id="hook-url" value={value} onChange={setValue} />
              {make.isError && <p className="hint bad" role="alert">{say(make.error)}</p>}
              <p className="acts"><button type="submit" className="btn" disabled={make.isPending || value.events.length === 0}><Icon name="plus" />{t("settings:hooks.make")}</button></p>
            </form>
          )}
        </>
      )}
    </section>
  );
}
