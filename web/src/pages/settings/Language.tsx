import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body, speak } from "../../api/client";
import { useSaying } from "../../parts/Trouble";
import { useTexts } from "../../texts/use";

const languages = ["ja", "en"] as const;

/** The language of pages and mails. */
export function Language() {
  const { t, lang, change } = useTexts("settings");
  const say = useSaying();
  const cache = useQueryClient();
  const set = useMutation({
    mutationFn: async (l: (typeof languages)[number]) => {
      speak(l);
      await change(l);
      await body(api.PATCH("/v1/me", { body: { language: l } }));
    },
    onSettled: () => cache.invalidateQueries(),
  });
  return (
    <section aria-labelledby="set-lang">
      <h2 id="set-lang">{t("settings:language.title")}</h2>
      <fieldset className="choices row-choices" aria-labelledby="set-lang">
        {languages.map((l) => <label className="choice" key={l}><input type="radio" name="language" checked={lang === l} onChange={() => set.mutate(l)} /><span lang={l}>{l === "ja" ? "日本語" : "English"}</span></label>)}
      </fieldset>
      <p className="small quiet">{t("settings:language.note")}</p>
      {set.isError && <p className="hint bad" role="alert">{say(set.error)}</p>}
    </section>
  );
}
