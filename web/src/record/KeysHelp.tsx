import { Link } from "react-router";
import { Ask } from "../parts/Ask";
import { useTexts } from "../texts/use";

const rows = [["Space", "space"], ["← →", "arrows"], ["j k", "jk"], ["u", "u"], ["y", "y"], ["n", "n"], ["c", "c"], ["e", "e"], ["Enter", "enter"], ["?", "help"]] as const;

export default function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTexts("record");
  return (
    <Ask title={t("record:keys.title")} back={t("common:close")} onClose={onClose} wide>
      <p className="small quiet">{t("record:keys.text")} <Link to="/settings#keys">{t("record:keys.settings")}</Link></p>
      <div className="keys">
        {rows.map(([key, name]) => <div key={key}><kbd>{key}</kbd><span>{t(`record:keys.${name}`)}</span></div>)}
      </div>
    </Ask>
  );
}
