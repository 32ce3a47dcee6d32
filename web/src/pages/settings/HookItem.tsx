import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body, heads, tagged } from "../../api/client";
import { Ask } from "../../parts/Ask";
import { Icon } from "../../parts/Icon";
import { Notice } from "../../parts/Notice";
import { Moment } from "../../parts/Time";
import { useSaying } from "../../parts/Trouble";
import { useMay } from "../../session/session";
import { useTexts } from "../../texts/use";
import { Deliveries } from "./Deliveries";
import { HookChange } from "./HookChange";
import { type Hook, events, standing, wanted } from "./hooks";
import { ShownOnce } from "./ShownOnce";
import { useReason } from "./useReason";

/** One address: how sending to it stands, and all that can be done with it. Who may only look sees no buttons but the list of
 * what was sent. */
export function HookItem({ hook }: { hook: Hook }) {
  const { t } = useTexts("settings");
  const say = useSaying();
  const why = useReason();
  const cache = useQueryClient();
  const may = useMay("operate");
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState<"change" | "secret" | "remove">();
  const again = () => cache.invalidateQueries({ queryKey: ["webhooks"] });
  const params = { path: { webhook: hook.id } };
  const change = useMutation({
    mutationFn: async (active: boolean) => {
      const { value, tag } = await tagged(api.GET("/v1/webhooks/{webhook}", { params }));
      // Who switches it on means the address that is on the screen, not one that somebody put there meanwhile.
      const same = value.url === hook.url && value.active === hook.active;
      return body(api.PATCH("/v1/webhooks/{webhook}", { params, headers: heads({ ifMatch: same ? tag : '"stale"' }), body: { active } }));
    },
    onSettled: () => Promise.all([again(), cache.invalidateQueries({ queryKey: ["deliveries", hook.id] })]),
  });
  const test = useMutation({
    mutationFn: () => body(api.POST("/v1/webhooks/{webhook}/test", { params })),
    onSuccess: () => {
      setOpen(true);
      return cache.invalidateQueries({ queryKey: ["deliveries", hook.id] });
    },
  });
  const close = () => {
    setAsked(undefined);
    return again();
  };
  const secret = useMutation({ mutationFn: () => body(api.POST("/v1/webhooks/{webhook}/secret", { params })), onSuccess: close }); // no idempotent replay: the secret must not be kept
  const remove = useMutation({ mutationFn: () => body(api.DELETE("/v1/webhooks/{webhook}", { params })), onSuccess: close });
  const stands = standing(hook);
  const lost = hook.stopped === "webhook_secret_lost";
  const all = wanted(hook).length === events.length;
  const trouble = change.error ?? test.error;
  const name = <span className="vh"> {hook.url}</span>;
  return (
    <li className="hook">
      <h3 className="url">{hook.url}</h3>
      <p className="small quiet">{all ? t("settings:hooks.all") : wanted(hook).map((e) => t(`settings:hooks.event.${e}`)).join(" · ")}</p>
      {stands === "stopped" ? (
        <Notice tone="warn" title={t("settings:hooks.stopped")} actions={may && <button type="button" className="btn" disabled={change.isPending} onClick={() => change.mutate(true)}><Icon name="play" />{t("settings:hooks.resume")}{name}</button>}>
          <p>{why(hook.stopped, hook.reason)}</p>
          <p>{t(lost ? "settings:hooks.stopped_lost" : "settings:hooks.stopped_text")}</p>
        </Notice>
      ) : (
        <p className="stands">
          <span className={`mark ${stands === "failing" ? "warn" : ""}`}><Icon name={stands === "on" ? "check" : stands === "off" ? "pause" : "alert"} />{t(`settings:hooks.stands.${stands}`)}{stands === "failing" && hook.failing_since && <> <Moment at={hook.failing_since} /></>}</span>
          <span className="small quiet">{hook.delivered_at ? <>{t("settings:hooks.last")} <Moment at={hook.delivered_at} /></> : t("settings:hooks.never")}</span>
          {may && <label className="choice"><input type="checkbox" checked={hook.active} disabled={change.isPending} onChange={(e) => change.mutate(e.target.checked)} /><span>{t("settings:hooks.active")}{name}</span></label>}
        </p>
      )}
      <div className="acts">
        <button type="button" className="btn link" aria-expanded={open} aria-controls={open ? `deliveries-${hook.id}` : undefined} onClick={() => setOpen(!open)}>{t("settings:hooks.sent")}{name}</button>
        {may && (
          <>
            <button type="button" className="btn link" disabled={test.isPending} onClick={() => test.mutate()}>{t("settings:hooks.test")}{name}</button>
            <button type="button" className="btn link" onClick={() => setAsked("change")}>{t("settings:hooks.change")}{name}</button>
            <button type="button" className="btn link" onClick={() => setAsked("secret")}>{t("settings:hooks.secret")}{name}</button>
            <button type="button" className="btn link bad-link" onClick={() => setAsked("remove")}>{t("settings:hooks.remove")}{name}</button>
          </>
        )}
      </div>
      {trouble && <p className="hint bad" role="alert">{say(trouble)}</p>}
      {secret.data?.secret && <ShownOnce key={secret.data.secret} title={t("settings:hooks.once")} secret={secret.data.secret}><p>{t(lost ? "settings:hooks.secret_lost" : "settings:hooks.secret_both")}</p></ShownOnce>}
      {open && <Deliveries key={test.data?.id ?? ""} hook={hook} test={test.data?.id} />}
      {asked === "change" && <HookChange hook={hook} onClose={() => setAsked(undefined)} />}
      {asked === "secret" && (
        <Ask title={t("settings:hooks.secret_title")} back={t("common:stop")} onClose={() => setAsked(undefined)} actions={<button type="button" className="btn primary" disabled={secret.isPending} onClick={() => secret.mutate()}>{t("settings:hooks.secret_make")}</button>}>
          <p className="url">{hook.url}</p>
          <p>{t("settings:hooks.secret_text")}</p>
          {secret.isError && <p className="hint bad" role="alert">{say(secret.error)}</p>}
        </Ask>
      )}
      {asked === "remove" && (
        <Ask title={t("settings:hooks.remove_title")} back={t("common:stop")} onClose={() => setAsked(undefined)} actions={<button type="button" className="btn danger" disabled={remove.isPending} onClick={() => remove.mutate()}><Icon name="trash" />{t("settings:hooks.remove")}</button>}>
          <p className="url">{hook.url}</p>
          <p>{t("settings:hooks.remove_text")}</p>
          {remove.isError && <p className="hint bad" role="alert">{say(remove.error)}</p>}
        </Ask>
      )}
    </li>
  );
}
