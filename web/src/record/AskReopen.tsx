import { useMutation } from "@tanstack/react-query";
import { api, body, heads, onceKey } from "../api/client";
import { Ask } from "../parts/Ask";
import { Icon } from "../parts/Icon";
import { useToast } from "../parts/Toast";
import { useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { useHere } from "./context";

/** An approved record is opened again by the employee alone; the others can ask for it. */
export default function AskReopen({ onClose }: { onClose: () => void }) {
  const { t, lang } = useTexts("manage");
  const { id, interview } = useHere();
  const say = useSaying();
  const toast = useToast();
  const names = { employee: calling(interview.employee.name, lang) };
  const ask = useMutation({
    mutationFn: () => body(api.POST("/v1/interviews/{id}/reopen/ask", { params: { path: { id } }, headers: heads({ once: onceKey() }) })),
    onSuccess: () => {
      toast({ text: t("manage:remind.done", names) });
      onClose();
    },
  });
  return (
    <Ask
      title={t("manage:reopen.title", names)} back={t("common:stop")} onClose={onClose}
      actions={<button type="button" className="btn primary" disabled={ask.isPending || ask.isError} onClick={() => ask.mutate()}><Icon name="mail" />{t("manage:reopen.do")}</button>}
    >
      <p>{t("manage:reopen.text", names)}</p>
      {ask.isError && <p className="hint bad" role="alert">{say(ask.error)}</p>}
    </Ask>
  );
}
