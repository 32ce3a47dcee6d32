import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { api, body, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { useMay } from "../session/session";
import { useTitle } from "../shell/useTitle";
import { useTexts } from "../texts/use";
import { Row } from "./Row";

type Status = Schemas["Interview"]["status"];

/** The filters as people choose them; the address holds the name. */
const filters: Record<string, Status[]> = {
  run: ["queued", "preparing", "transcribing", "drafting", "revising"],
  consent: ["needs_consent"],
  recording: ["awaiting_recording", "needs_transcription", "failed"],
  review: ["checking", "in_review"],
  approved: ["approved"],
  closed: ["closed_unconfirmed", "erased"],
};

/** The list of all interviews one may know of; filters stand in the address, free text never does. */
export default function Interviews() {
  const { t } = useTexts("list");
  const mayOpen = useMay("open");
  const [params, setParams] = useSearchParams();
  const [text, setText] = useState("");
  const [search, setSearch] = useState("");
  const chosen = params.get("status") ?? "";
  const from = params.get("from") ?? "";
  const to = params.get("to") ?? "";
  const status = filters[chosen];
  useTitle(t("common:nav.interviews"));
  const query = { ...(status ? { status } : {}), ...(from ? { from } : {}), ...(to ? { to } : {}) };
  const list = useInfiniteQuery({
    queryKey: keys.interviews({ ...query, all: true }),
    queryFn: ({ pageParam }) => body(api.GET("/v1/interviews", { params: { query: { ...query, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: "",
    getNextPageParam: (p) => p.next_cursor ?? undefined,
    enabled: search === "",
  });
  const found = useQuery({ queryKey: keys.interviews({ search }), queryFn: () => body(api.POST("/v1/interviews/search", { body: { text: search, limit: 100 } })), enabled: search !== "" });
  const items = search ? found.data?.items : list.data?.pages.flatMap((p) => p.items);
  const shown = search ? found : list;
  const put = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    setParams(next, { replace: true });
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    setSearch(text.trim());
  };
  const filtered = chosen !== "" || from !== "" || to !== "" || search !== "";
  const clear = () => {
    setParams({}, { replace: true });
    setText("");
    setSearch("");
  };
  return (
    <main id="main" tabIndex={-1} className="page wide-page">
      <div className="page-head">
        <h1>{t("common:nav.interviews")}</h1>
        {mayOpen && (
          <p className="acts">
            <Link className="btn" to="/interviews/open"><Icon name="plus" />{t("list:open")}</Link>
            <Link className="btn primary" to="/interviews/new"><Icon name="upload" />{t("list:upload")}</Link>
          </p>
        )}
      </div>
      <div className="filters" role="navigation" aria-label={t("list:filter")}>
        <div className="fs">
          <Link className="f" to="/interviews" replace aria-current={chosen === "" ? "true" : undefined}>{t("list:all")}</Link>
          {Object.keys(filters).map((f) => <Link className="f" key={f} replace to={`/interviews?${new URLSearchParams({ ...Object.fromEntries(params), status: f })}`} aria-current={chosen === f ? "true" : undefined}>{t(`list:status.${f}`)}</Link>)}
        </div>
        <form className="find" role="search" onSubmit={submit}>
          <Icon name="search" />
          <label className="vh" htmlFor="find">{t("list:find_all")}</label>
          <input id="find" type="search" value={text} placeholder={t("list:find_all")} onChange={(e) => { setText(e.target.value); if (!e.target.value) setSearch(""); }} />
        </form>
      </div>
      <div className="filters days">
        <label htmlFor="from">{t("list:from")}</label><input className="in" id="from" type="date" value={from} max={to || undefined} onChange={(e) => put("from", e.target.value)} />
        <label htmlFor="to">{t("list:to")}</label><input className="in" id="to" type="date" value={to} min={from || undefined} onChange={(e) => put("to", e.target.value)} />
        {filtered && <button type="button" className="btn link" onClick={clear}>{t("list:empty.clear")}</button>}
      </div>
      <section className="grp list-all" aria-label={t("common:nav.interviews")}>
        {shown.isPending && <Skeleton shape="list" />}
        {shown.isError && <Trouble error={shown.error} again={() => void shown.refetch()} />}
        {items?.length === 0 && (filtered
          ? <Empty icon="search" title={search ? t("list:empty.found", { words: search }) : t("list:empty.filtered")} action={<button type="button" className="btn" onClick={clear}>{t("list:empty.clear")}</button>} />
          : <Empty icon="text" title={t("list:empty.title")}>{t("list:empty.text")}</Empty>)}
        <ul>{items?.map((x) => <Row key={x.id} interview={x} />)}</ul>
        {!search && list.hasNextPage && <p className="more"><button type="button" className="btn" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("common:more")}</button></p>}
      </section>
    </main>
  );
}
