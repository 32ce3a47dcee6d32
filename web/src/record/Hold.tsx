import { useMutation } from "@tanstack/react-query";
import { api, body, heads } from "../api/client";
import { isProblem } from "../api/problem";
import { Ask } from "../parts/Ask";
import { useSaying } from "../parts/Trouble";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useChanged } from "./data";

/** Legal hold: while it stands, nothing of the interview is erased. */
export default function Hold({ onClose }: { onClose: () => void }) {
  const { t } = useTexts("manage");
  const { id, interview: x, tag } = useHere();
  const say = useSaying();
  const changed = useChanged(id);
  const on = !x.hold;
  const set = useMutation({
    mutationFn: () => body(api.PATCH("/v1/interviews/{id}", { params: { path: { id } }, body: { hold: on }, headers: heads({ ifMatch: tag }) })),
    onSuccess: async () => {
      onClose();
      await changed();
    },
    onError: (err) => isProblem(err, "precondition_failed") && void changed(),
  });
  const k = on ? "on" : "off";
  return (
    <Ask
      title={t(`manage:hold.${k}_title`)} back={t("common:stop")} onClose={onClose}
      actions={<button type="button" className="btn primary" disabled={set.isPending} onClick={() => set.mutate()}>{t(`manage:hold.${k}_do`)}</button>}
    >
      <p>{t(`manage:hold.${k}_text`)}</p>
      {set.isError && <p className="hint bad" role="alert">{say(set.error)}</p>}
    </Ask>
  );
}
