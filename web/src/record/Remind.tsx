import { useMutation } from "@tanstack/react-query";
import { api, body, heads, onceKey } from "../api/client";
import { Ask } from "../parts/Ask";
import { Icon } from "../parts/Icon";
import { useToast } from "../parts/Toast";
import { useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { useHere } from "./context";

/** Tells the employee once more that something waits for them. */
export default function Remind({ onClose }: { onClose: () => void }) {
  const { t, lang } = useTexts("manage");
  const { id, interview } = useHere();
  const say = useSaying();
  const toast = useToast();
  const names = { employee: calling(interview.employee.name, lang) };
  const tell = useMutation({
    mutationFn: () => body(api.POST("/v1/interviews/{id}/remind", { params: { path: { id } }, headers: heads({ once: onceKey() }) })),
    onSuccess: () => {
      toast({ text: t("manage:remind.done", names) });
      onClose();
    },
  });
  return (
    <Ask
      title={t("manage:remind.title", names)} back={t("common:stop")} onClose={onClose}
      actions={<button type="button" className="btn primary" disabled={tell.isPending || tell.isError} onClick={() => tell.mutate()}><Icon name="mail" />{t("manage:remind.do")}</button>}
    >
      <p>{t(interview.status === "needs_consent" ? "manage:remind.text_consent" : "manage:remind.text")}</p>
      {tell.isError && <p className="hint bad" role="alert">{say(tell.error)}</p>}
    </Ask>
  );
}
