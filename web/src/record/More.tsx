import { lazy, Suspense, useState } from "react";
import { useSearchParams } from "react-router";
import { Icon } from "../parts/Icon";
import { useTexts } from "../texts/use";
import { useHere } from "./context";

const Export = lazy(() => import("./Export"));
const Manage = lazy(() => import("./Manage"));

/** What can be done with the whole record, beside its title; on a phone one button holds it all. */
export function More({ narrow = false }: { narrow?: boolean }) {
  const { t } = useTexts("record");
  const { may, interview } = useHere();
  const [params, setParams] = useSearchParams();
  const [open, setOpen] = useState<"" | "export" | "more">("");
  const asked = !narrow && params.get("open") === "request" && may("see_requests"); // a link leads right to what is asked for
  const close = () => {
    setOpen("");
    if (asked) setParams((p) => { p.delete("open"); return p; }, { replace: true });
  };
  const button = narrow ? "btn quiet-btn" : "btn small";
  return (
    <>
      {!narrow && may("export") && <button type="button" className={button} onClick={() => setOpen("export")}><Icon name="print" />{t("record:export.open")}</button>}
      {interview.status !== "erased" && <button type="button" className={button} aria-haspopup="dialog" onClick={() => setOpen("more")}><Icon name="menu" />{t("record:more")}</button>}
      <Suspense fallback={null}>
        {open === "export" && <Export onClose={close} />}
        {(open === "more" || asked) && <Manage {...(asked && !open ? { at: "request" as const } : {})} onClose={close} />}
      </Suspense>
    </>
  );
}
