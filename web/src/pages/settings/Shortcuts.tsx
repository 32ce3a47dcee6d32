import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { keys } from "../../api/keys";
import { useSaying } from "../../parts/Trouble";
import { type Me, useMe } from "../../session/session";
import { useTexts } from "../../texts/use";

/** Single-letter keys, on or off for this account on every device. */
export function Shortcuts() {
  const { t } = useTexts("settings");
  const say = useSaying();
  const me = useMe();
  const cache = useQueryClient();
  const set = useMutation({
    mutationFn: (off: boolean) => body(api.PATCH("/v1/me", { body: { keys_off: off } })),
    onMutate: (off) => {
      const old = cache.getQueryData<Me>(keys.me);
      if (old) cache.setQueryData<Me>(keys.me, { ...old, keys_off: off });
      return old;
    },
    onError: (_err, _off, old) => old && cache.setQueryData(keys.me, old),
    onSuccess: (now) => cache.setQueryData(keys.me, now),
  });
  return (
    <section aria-labelledby="set-keys" id="keys">
      <h2 id="set-keys">{t("settings:keys.title")}</h2>
      <label className="choice"><input type="checkbox" checked={!me.keys_off} disabled={set.isPending} onChange={(e) => set.mutate(!e.target.checked)} /><span>{t("settings:keys.on")}</span></label>
      <p className="small quiet">{t("settings:keys.note")}</p>
      {set.isError && <p className="hint bad" role="alert">{say(set.error)}</p>}
    </section>
  );
}
