import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, body } from "../../api/client";
import { Icon } from "../../parts/Icon";
import type { IconName } from "../../parts/icons";
import { Skeleton } from "../../parts/Skeleton";
import { Moment } from "../../parts/Time";
import { Trouble, useSaying } from "../../parts/Trouble";
import { useMay } from "../../session/session";
import { useTexts } from "../../texts/use";
import { type Delivery, type Hook, phase, readAgain } from "./hooks";
import { useReason } from "./useReason";

const icons: Record<ReturnType<typeof phase>, IconName> = { waiting: "wait", again: "refresh", held: "pause", sending: "upload", sent: "check", failed: "alert" };

/** What was and is to be sent to one address, newest first, each to be sent once more. `test` is the id of a test that somebody
 * waits for. */
export function Deliveries({ hook, test }: { hook: Hook; test: string | undefined }) {
  const { t } = useTexts("settings");
  const say = useSaying();
  const cache = useQueryClient();
  const may = useMay("operate");
  const [failed, setFailed] = useState(false);
  const list = useInfiniteQuery({
    queryKey: ["deliveries", hook.id, failed],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => body(api.GET("/v1/webhooks/{webhook}/deliveries", { params: { path: { webhook: hook.id }, query: { limit: 20, ...(failed ? { state: "failed" as const } : {}), ...(pageParam ? { cursor: pageParam } : {}) } } })),
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: (q) => readAgain(q.state.data?.pages.flatMap((p) => p.items) ?? [], hook.active, Date.now()),
  });
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  const again = useMutation({
    mutationFn: (d: Delivery) => body(api.POST("/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver", { params: { path: { webhook: hook.id, delivery: d.id } } })),
    onSettled: () => cache.invalidateQueries({ queryKey: ["deliveries", hook.id] }),
  });
  // What becomes of a delivery can change how its address stands.
  const states = items.map((d) => d.id + d.state).join();
  useEffect(() => {
    if (states) void cache.invalidateQueries({ queryKey: ["webhooks"] });
  }, [cache, states]);
  const tested = items.find((d) => d.id === test);
  return (
    <div className="deliveries" id={`deliveries-${hook.id}`}>
      <p role="status">{tested && <Outcome d={tested} active={hook.active} />}</p>
      <label className="choice"><input type="checkbox" checked={failed} onChange={(e) => setFailed(e.target.checked)} /><span>{t("settings:hooks.only_failed")}</span></label>
      {list.isPending && <Skeleton />}
      {list.isError && !list.data && <Trouble error={list.error} again={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && <p className="quiet">{t(failed ? "settings:hooks.none_failed" : "settings:hooks.none_sent")}</p>}
      {again.isError && <p className="hint bad" role="alert">{say(again.error)}</p>}
      {items.length > 0 && (
        <ul className="plain-rows" aria-label={t("settings:hooks.sent")}>
          {items.map((d) => <Row key={d.id} d={d} active={hook.active} may={may} busy={again.isPending} onAgain={() => again.mutate(d)} />)}
        </ul>
      )}
      {list.hasNextPage && <button type="button" className="btn link" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("common:more")}</button>}
      {items.length > 0 && <p className="small quiet">{t("settings:hooks.sent_note")}</p>}
    </div>
  );
}

/** What became of a test, told once above the list. */
function Outcome({ d, active }: { d: Delivery; active: boolean }) {
  const { t } = useTexts("settings");
  const why = useReason();
  const now = phase(d, active);
  if (now === "sent") return <>{t("settings:hooks.test_good", { status: d.status ?? "" })}</>;
  if (now === "failed") return <>{t("settings:hooks.test_bad", { reason: why(d.code, d.reason) })}</>;
  return <>{t("settings:hooks.test_runs")}</>;
}

function Row({ d, active, may, busy, onAgain }: { d: Delivery; active: boolean; may: boolean; busy: boolean; onAgain: () => void }) {
  const { t } = useTexts("settings");
  const why = useReason();
  const now = phase(d, active);
  return (
    <li>
      <span><b>{t(`settings:hooks.event.${d.type}`)}</b><small className="event-id">{d.event}</small></span>
      <span className="quiet"><Moment at={d.created_at} /></span>
      <span>
        <span className={`mark ${now === "failed" || now === "again" ? "warn" : ""}`}><Icon name={icons[now]} />{t(`settings:hooks.phase.${now}`)}{now === "again" && <> <Moment at={d.next_try} /></>}</span>
        {now !== "sent" && d.code && <small className="why">{why(d.code, d.reason)}{d.status ? ` (HTTP ${d.status})` : ""}</small>}
        {d.attempts > 1 && <small className="why">{t("settings:hooks.tries", { count: d.attempts })}</small>}
      </span>
      {may && (now === "sent" || now === "failed" || now === "again")
        ? <button type="button" className="btn link" disabled={busy} onClick={onAgain}>{t(now === "again" ? "settings:hooks.now" : "settings:hooks.again")}<span className="vh"> {t(`settings:hooks.event.${d.type}`)} {d.event}</span></button>
        : <span />}
    </li>
  );
}
