import { useMutation } from "@tanstack/react-query";
import { api, body, heads } from "../api/client";
import { Ask } from "../parts/Ask";
import { Icon } from "../parts/Icon";
import { useSaying } from "../parts/Trouble";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useChanged } from "./data";

/** Employee and interviewer change places in the transcript; the draft is then due to be made again. */
export default function Swap({ onClose }: { onClose: () => void }) {
  const { t } = useTexts("record");
  const say = useSaying();
  const { id, interview } = useHere();
  const changed = useChanged(id);
  const swap = useMutation({
    mutationFn: () => body(api.PATCH("/v1/interviews/{id}/transcript", { params: { path: { id } }, body: { swap_roles: true }, headers: heads({ ifMatch: `"t${interview.transcript}"` }) })),
    onSuccess: async () => {
      await changed();
      onClose();
    },
  });
  return (
    <Ask
      title={t("record:swap.title")}
      onClose={onClose}
      actions={<button type="button" className="btn primary" disabled={swap.isPending} onClick={() => swap.mutate()}><Icon name="swap" />{t("record:swap.do")}</button>}
    >
      <p>{t("record:swap.text")}</p>
      {swap.isError && <p className="hint bad" role="alert">{say(swap.error)}</p>}
    </Ask>
  );
}
