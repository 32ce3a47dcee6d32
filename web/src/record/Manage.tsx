import { type ComponentType, lazy, Suspense, useState } from "react";
import { Link } from "react-router";
import { Ask } from "../parts/Ask";
import { Icon } from "../parts/Icon";
import type { IconName } from "../parts/icons";
import { useTexts } from "../texts/use";
import { useHere } from "./context";

type Dialog = ComponentType<{ onClose: () => void }>;
const dialogs = {
  export: lazy(() => import("./Export")),
  swap: lazy(() => import("./Swap")),
  remind: lazy(() => import("./Remind")),
  note: lazy(() => import("./Note")),
  request: lazy(() => import("./Requests")),
  reopen: lazy(() => import("./AskReopen")),
  succession: lazy(() => import("./Succession")),
  change: lazy(() => import("./Change")),
  handover: lazy(() => import("./Handover")),
  hold: lazy(() => import("./Hold")),
  erase: lazy(() => import("./Erase")),
} satisfies Record<string, Dialog>;
type Name = keyof typeof dialogs;

/** Everything that is not done every day, in one list: each entry opens its own dialog. */
export default function Manage({ at, onClose }: { at?: Name; onClose: () => void }) {
  const { t } = useTexts("record", "manage");
  const { id, interview: x, may } = useHere();
  const [open, setOpen] = useState<Name | undefined>(at);
  if (open) {
    const Dialog = dialogs[open];
    return <Suspense fallback={null}><Dialog onClose={onClose} /></Suspense>;
  }
  const waits = x.status === "needs_consent" || (x.status === "in_review" && x.waiting_for === "employee");
  const list: (false | [Name, IconName, string])[] = [
    may("export") && ["export", "print", t("manage:copy")],
    may("remind") && waits && ["remind", "mail", t(x.status === "needs_consent" ? "manage:remind.consent" : "manage:remind.open")],
    may("write_note") ? ["note", "lock", t("manage:note.open")] : may("read_note") && ["note", "lock", t("manage:note.read")],
    may("correct") && x.transcript > 0 && x.relation === "interviewer" && ["swap", "swap", t("record:swap.open")],
    may("ask_reopen") && ["reopen", "mail", t("manage:reopen.open")],
    (may("succeed") || (may("successors") && x.relation !== "successor" && x.sealed > 0)) && ["succession", "eye", t(may("succeed") ? "manage:succession.open" : "manage:succession.see")],
    may("change") && ["change", "calendar", t("manage:change.open")],
    (may("request") || may("see_requests")) && ["request", "hand", t(may("answer_request") ? "manage:request.answer_open" : "manage:request.open")],
    may("handover") && ["handover", "person", t("manage:handover.open")],
    may("handover") && ["hold", "lock", t(x.hold ? "manage:hold.off_open" : "manage:hold.on_open")],
    may("erase") && ["erase", "trash", t("record:erase.open")],
  ];
  return (
    <Ask title={t("manage:title")} back={t("common:close")} onClose={onClose}>
      <div className="menu-list">
        {list.map((entry) => entry && <button type="button" key={entry[0]} onClick={() => setOpen(entry[0])}><Icon name={entry[1]} />{entry[2]}</button>)}
        {may("consent") && <Link to={`/interviews/${id}/consent`} onClick={onClose}><Icon name="consent" />{t("manage:consent")}</Link>}
      </div>
    </Ask>
  );
}
