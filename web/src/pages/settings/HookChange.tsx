import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body, heads, tagged } from "../../api/client";
import { Ask } from "../../parts/Ask";
import { useSaying } from "../../parts/Trouble";
import { useTexts } from "../../texts/use";
import { HookFields, type HookValues } from "./HookFields";
import { type Hook, wanted } from "./hooks";

/** Changes where notices go and what they tell; what stays as it was is not sent. */
export function HookChange({ hook, onClose }: { hook: Hook; onClose: () => void }) {
  const { t } = useTexts("settings");
  const say = useSaying();
  const cache = useQueryClient();
  const [shown] = useState(hook); // what was on the screen when the dialog opened
  const [value, setValue] = useState<HookValues>({ url: hook.url, events: wanted(hook) });
  const changed = { ...(value.url !== shown.url ? { url: value.url } : {}), ...(value.events.join() !== wanted(shown).join() ? { events: value.events } : {}) };
  const save = useMutation({
    mutationFn: async () => {
      if (Object.keys(changed).length === 0) return;
      const path = { webhook: shown.id };
      // Two who change the same address do not write over each other.
      const { value: there, tag } = await tagged(api.GET("/v1/webhooks/{webhook}", { params: { path } }));
      await body(api.PATCH("/v1/webhooks/{webhook}", { params: { path }, headers: heads({ ifMatch: there.updated_at === shown.updated_at ? tag : '"stale"' }), body: changed }));
    },
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ["webhooks"] });
      onClose();
    },
    onError: () => cache.invalidateQueries({ queryKey: ["webhooks"] }),
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    save.mutate();
  };
  return (
    <Ask title={t("settings:hooks.change_title")} back={t("common:stop")} onClose={onClose} actions={<button type="submit" form="hook-change" className="btn primary" disabled={save.isPending || value.events.length === 0}>{t("settings:hooks.keep")}</button>}>
      <form id="hook-change" className="form" onSubmit={submit}>
        <HookFields id="hook-change-url" value={value} onChange={setValue} />
        {save.isError && <p className="hint bad" role="alert">{say(save.error)}</p>}
      </form>
    </Ask>
  );
}
