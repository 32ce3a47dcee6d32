import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { keys } from "../../api/keys";
import { useSaying } from "../../parts/Trouble";
import { type Me, useMe } from "../../session/session";
import { useTexts } from "../../texts/use";

const kinds = ["draft_ready", "revised", "reminder", "approved", "draft_to_check", "changes_requested", "processing_failed", "action_due"] as const;
type Kind = (typeof kinds)[number];
/** What only an interviewer is ever told. */
const interviewers: readonly Kind[] = ["draft_to_check", "changes_requested", "processing_failed"];

/** Which mails one gets. Those about consent and sign-in always come. */
export function Mails() {
  const { t } = useTexts("settings");
  const say = useSaying();
  const me = useMe();
  const cache = useQueryClient();
  const set = useMutation({
    mutationFn: (off: string[]) => body(api.PATCH("/v1/me", { body: { mail_off: off as Kind[] } })),
    // The box moves at once; when it could not be kept it moves back, and says so.
    onMutate: (off) => {
      const old = cache.getQueryData<Me>(keys.me);
      if (old) cache.setQueryData<Me>(keys.me, { ...old, mail_off: off });
      return old;
    },
    onError: (_err, _off, old) => old && cache.setQueryData(keys.me, old),
    onSuccess: (now) => cache.setQueryData(keys.me, now),
  });
  const off = new Set(me.mail_off);
  const mine = kinds.filter((k) => me.person.roles.length > 0 || !interviewers.includes(k));
  return (
    <section aria-labelledby="set-mail">
      <h2 id="set-mail">{t("settings:mail.title")}</h2>
      <fieldset className="choices" aria-labelledby="set-mail">
        {mine.map((k) => (
          <label className="choice" key={k}>
            <input type="checkbox" checked={!off.has(k)} disabled={set.isPending} onChange={(e) => set.mutate(e.target.checked ? me.mail_off.filter((x) => x !== k) : [...me.mail_off, k])} />
            <span>{t(`settings:mail.kind.${k}`)}</span>
          </label>
        ))}
      </fieldset>
      <p className="small quiet">{t("settings:mail.note")}</p>
      {set.isError && <p className="hint bad" role="alert">{say(set.error)}</p>}
    </section>
  );
}
