import { Icon } from "../parts/Icon";
import { Day } from "../parts/Time";
import { useTexts } from "../texts/use";
import { overdue } from "../time/format";
import { useNow } from "../time/useNow";

/** When something is due and how that stands to today. */
export function Due({ on, said, open }: { on: string | undefined; said: string | undefined; open: boolean }) {
  const { t } = useTexts("list");
  const over = overdue(on, useNow());
  if (!on || over === undefined) return <p className="due">{said ? t("list:due.said", { text: said }) : t("list:due.none")}</p>;
  const late = open && over > 0;
  return (
    <p className={late ? "due late" : "due"}>
      {late && <Icon name="alert" />}<Day on={on} />
      {open && <> {over > 0 ? t("list:due.over", { count: over }) : over === 0 ? t("list:due.today") : t("list:due.left", { count: -over })}</>}
    </p>
  );
}
