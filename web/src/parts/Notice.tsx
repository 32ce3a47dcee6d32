import type { ReactNode } from "react";
import { Icon } from "./Icon";
import type { IconName } from "./icons";

type Tone = "" | "warn" | "bad" | "good";
const icons: Record<Tone, IconName> = { "": "stop", warn: "alert", bad: "stop", good: "check" };

/** A message that stays: what happened, what is safe, what to do. Stopped things interrupt a screen reader, others wait. */
export function Notice({ tone = "", icon, title, children, actions }: { tone?: Tone; icon?: IconName; title?: ReactNode; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <Icon name={icon ?? icons[tone]} />
      {title && <p className="head">{title}</p>}
      {children && <div>{children}</div>}
      {actions && <p className="acts">{actions}</p>}
    </div>
  );
}
