import { type MouseEvent, useState } from "react";
import { send } from "../api/client";
import { Ask } from "../parts/Ask";
import { Icon } from "../parts/Icon";
import { useSaying } from "../parts/Trouble";
import { useTexts } from "../texts/use";
import { useHere } from "./context";

const formats = ["docx", "pdf", "md", "txt", "json"] as const;

/** The name a server gives a file: RFC 8187 before the plain one. */
export function nameOf(disposition: string | null, other: string): string {
  const long = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? "")?.[1];
  if (long) {
    try {
      return decodeURIComponent(long);
    } catch {
      return other; // not as RFC 8187 has it
    }
  }
  return /filename="?([^";]+)"?/i.exec(disposition ?? "")?.[1] ?? other;
}

/** Printing and files. Before approval every page says 未確認; the server writes that. */
export default function Export({ onClose }: { onClose: () => void }) {
  const { t, lang } = useTexts("record");
  const { id, interview } = useHere();
  const say = useSaying();
  const [busy, setBusy] = useState("");
  const [error, setError] = useState<unknown>();
  // Fetched rather than followed: a document that cannot be made (a letter no font has) is told here, not as a page of JSON.
  const take = async (e: MouseEvent<HTMLAnchorElement>, format: string) => {
    e.preventDefault();
    if (busy) return;
    setBusy(format);
    setError(undefined);
    try {
      const answer = await send(e.currentTarget.href, { headers: { "Accept-Language": lang } });
      const file = URL.createObjectURL(await answer.blob());
      const link = document.createElement("a");
      link.href = file;
      link.download = nameOf(answer.headers.get("Content-Disposition"), `kikigaki.${format}`);
      link.click();
      setTimeout(() => URL.revokeObjectURL(file), 60_000);
      onClose();
    } catch (err) {
      setError(err);
    }
    setBusy("");
  };
  return (
    <Ask title={t("record:export.title")} back={t("common:close")} onClose={onClose}>
      {interview.status !== "approved" && <p className="small quiet">{t("record:export.unconfirmed")}</p>}
      <div className="menu-list" aria-busy={busy !== ""}>
        <button type="button" onClick={() => { onClose(); setTimeout(() => window.print(), 50); }}><Icon name="print" />{t("record:export.print")}</button>
        {formats.map((f) => (
          <a key={f} href={`/v1/interviews/${encodeURIComponent(id)}/export?format=${f}`} download onClick={(e) => void take(e, f)}><Icon name="file" />{t(`record:export.${f}`)}</a>
        ))}
      </div>
      {error !== undefined && <p className="hint bad" role="alert">{say(error)}</p>}
    </Ask>
  );
}
