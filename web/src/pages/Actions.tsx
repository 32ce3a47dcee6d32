import { useEffect } from "react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { api, body, heads, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { useToast } from "../parts/Toast";
import { Trouble, useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { Day } from "../parts/Time";
import { useTitle } from "../shell/useTitle";
import { useTexts } from "../texts/use";
import { Due } from "./Due";

const states = ["open", "done", "dropped"] as const;

/** What was promised in approved records: whose it is, until when, and whether it is done. */
export default function Actions() {
  const { t } = useTexts("list");
  const [params, setParams] = useSearchParams();
  const state = states.find((s) => s === params.get("state")) ?? "open";
  const mine = params.get("mine") === "1";
  const filter = { state, ...(mine ? { mine: true } : {}) };
  useTitle(t("common:nav.actions"));
  const list = useInfiniteQuery({
    queryKey: keys.actions({ ...filter, all: true }),
    queryFn: ({ pageParam }) => body(api.GET("/v1/actions", { params: { query: { ...filter, limit: state === "open" ? 200 : 50, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: "",
    getNextPageParam: (p) => p.next_cursor ?? undefined,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const loaded = list.data?.pages.flatMap((p) => p.items) ?? [];
  // What is still open stands by its day, so it is read whole; a person's open promises are some dozens.
  const whole = state === "open" && hasNextPage && loaded.length < 1000;
  useEffect(() => {
    if (whole && !isFetchingNextPage) void fetchNextPage();
  }, [whole, isFetchingNextPage, fetchNextPage]);
  const items = state === "open" ? [...loaded].sort((a, b) => (a.due_date || "9").localeCompare(b.due_date || "9")) : loaded;
  const put = (s: string, own: boolean) => setParams({ ...(s !== "open" ? { state: s } : {}), ...(own ? { mine: "1" } : {}) }, { replace: true });
  return (
    <main id="main" tabIndex={-1} className="page">
      <div className="page-head"><div><h1>{t("common:nav.actions")}</h1><p>{t("list:actions.text")}</p></div></div>
      <div className="filters" role="navigation" aria-label={t("list:filter")}>
        {states.map((s) => <button type="button" className="f" key={s} aria-current={s === state ? "true" : undefined} onClick={() => put(s, mine)}>{t(`list:actions.${s}`)}</button>)}
        <label className="f check"><input type="checkbox" checked={mine} onChange={(e) => put(state, e.target.checked)} />{t("list:actions.mine")}</label>
      </div>
      {list.isPending && <Skeleton shape="list" />}
      {list.isError && <Trouble error={list.error} again={() => void list.refetch()} />}
      {list.data && items.length === 0 && <Empty icon="check" title={t(`list:actions.none_${state}`)}>{t("list:actions.none_text")}</Empty>}
      <ul className="promises">{items.map((p) => <Item key={p.id} item={p} />)}</ul>
      {list.hasNextPage && !whole && <p className="more"><button type="button" className="btn" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("common:more")}</button></p>}
    </main>
  );
}

function Item({ item: p }: { item: Schemas["Promise"] }) {
  const { t, lang } = useTexts("list");
  const cache = useQueryClient();
  const toast = useToast();
  const say = useSaying();
  const change = useMutation({
    mutationFn: (c: { state: (typeof states)[number]; etag: string }) => body(api.PATCH("/v1/actions/{action}", { params: { path: { action: p.id } }, body: { state: c.state }, headers: heads({ ifMatch: c.etag }) })),
    onSuccess: (now, c) => {
      void cache.invalidateQueries({ queryKey: ["actions"] });
      if (c.state !== p.state) toast({ text: t(`list:actions.set_${c.state}`), undo: () => change.mutate({ state: p.state, etag: now.etag }) });
    },
    onError: () => cache.invalidateQueries({ queryKey: ["actions"] }),
  });
  const owner = p.person ? calling(p.person.name, lang) : p.owner === "hr" ? t("common:part.hr") : t("list:actions.nobody");
  const set = (state: (typeof states)[number]) => change.mutate({ state, etag: p.etag });
  return (
    <li className="promise-row">
      <div>
        <Due on={p.due_date} said={p.due} open={p.state === "open"} />
        <p>{p.text}</p>
        <p className="for">{owner}{p.mine && t("list:actions.you")} <Link to={`/interviews/${p.interview}`}>{t("list:actions.from", { name: p.employee.name })} <Day on={p.recorded_on} /></Link></p>
        {change.isError && <p className="hint bad" role="alert">{say(change.error)}</p>}
      </div>
      {p.can_change && (
        <p className="acts">
          {p.state === "open"
            ? <><button type="button" className="btn small" disabled={change.isPending} onClick={() => set("done")}><Icon name="check" />{t("list:actions.do_done")}</button><button type="button" className="btn quiet-btn small" disabled={change.isPending} onClick={() => set("dropped")}>{t("list:actions.do_dropped")}</button></>
            : <button type="button" className="btn quiet-btn small" disabled={change.isPending} onClick={() => set("open")}>{t("list:actions.do_open")}</button>}
        </p>
      )}
    </li>
  );
}
