import { type ReactNode, useState } from "react";
import { Icon } from "../../parts/Icon";
import { Notice } from "../../parts/Notice";
import { useTexts } from "../../texts/use";

/** A secret that the server shows once and keeps from then on, with a button to copy it. */
export function ShownOnce({ title, secret, children }: { title: string; secret: string; children?: ReactNode }) {
  const { t } = useTexts("settings");
  const [copied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard?.writeText(secret).then(() => setCopied(true), () => setCopied(false));
  return (
    <Notice tone="good" title={title} actions={<button type="button" className="btn" onClick={copy}><Icon name={copied ? "check" : "file"} />{t(copied ? "settings:secret.copied" : "settings:secret.copy")}</button>}>
      <code className="secret">{secret}</code>
      {children}
    </Notice>
  );
}
