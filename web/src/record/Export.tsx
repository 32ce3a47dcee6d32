import { Ask } from "../parts/Ask";
import { Icon } from "../parts/Icon";
import { useTexts } from "../texts/use";
import { useHere } from "./context";

const formats = ["docx", "pdf", "md", "txt", "json"] as const;

/** Printing and files. Before approval every page says 未確認; the server writes that. */
export default function Export({ onClose }: { onClose: () => void }) {
  const { t } = useTexts("record");
  const { id, interview } = useHere();
  return (
    <Ask title={t("record:export.title")} back={t("common:close")} onClose={onClose}>
      {interview.status !== "approved" && <p className="small quiet">{t("record:export.unconfirmed")}</p>}
      <div className="menu-list">
        <button type="button" onClick={() => { onClose(); setTimeout(() => window.print(), 50); }}><Icon name="print" />{t("record:export.print")}</button>
        {formats.map((f) => (
          <a key={f} href={`/v1/interviews/${encodeURIComponent(id)}/export?format=${f}`} download onClick={onClose}><Icon name="file" />{t(`record:export.${f}`)}</a>
        ))}
      </div>
    </Ask>
  );
}
