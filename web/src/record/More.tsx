import { lazy, Suspense, useState } from "react";
import { Icon } from "../parts/Icon";
import { useTexts } from "../texts/use";
import { useHere } from "./context";

const Export = lazy(() => import("./Export"));
const Swap = lazy(() => import("./Swap"));
const Erase = lazy(() => import("./Erase"));

/** What can be done with the whole record, beside its title. */
export function More() {
  const { t } = useTexts("record");
  const { may, interview } = useHere();
  const [open, setOpen] = useState<"" | "export" | "swap" | "erase">("");
  const close = () => setOpen("");
  return (
    <>
      {may("correct") && interview.transcript > 0 && interview.relation === "interviewer" && (
        <button type="button" className="btn small" onClick={() => setOpen("swap")}><Icon name="swap" />{t("record:swap.open")}</button>
      )}
      {may("export") && <button type="button" className="btn small" onClick={() => setOpen("export")}><Icon name="print" />{t("record:export.open")}</button>}
      {may("erase") && <button type="button" className="btn small" onClick={() => setOpen("erase")}><Icon name="trash" />{t("record:erase.open")}</button>}
      <Suspense fallback={null}>
        {open === "export" && <Export onClose={close} />}
        {open === "swap" && <Swap onClose={close} />}
        {open === "erase" && <Erase onClose={close} />}
      </Suspense>
    </>
  );
}
