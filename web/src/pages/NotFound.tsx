import { Trouble } from "../parts/Trouble";
import { Problem } from "../api/problem";
import { useTitle } from "../shell/useTitle";
import { useTexts } from "../texts/use";

export default function NotFound() {
  const { t } = useTexts();
  useTitle(t("common:error.gone_title"));
  return <main id="main" tabIndex={-1} className="page"><h1 className="vh">{t("common:error.gone_title")}</h1><Trouble error={new Problem(404, {})} /></main>;
}
