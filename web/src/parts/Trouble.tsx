import { Link } from "react-router";
import { Problem, Unreachable } from "../api/problem";
import { useTexts } from "../texts/use";
import { Notice } from "./Notice";

/** What to read of an error, in the person's language. */
export function useSaying(): (err: unknown) => string {
  const { t } = useTexts();
  return (err) => {
    if (err instanceof Unreachable) return t("common:error.unreachable");
    if (err instanceof Problem && err.detail) return err.detail;
    if (err instanceof Problem && (err.status === 404 || err.status === 403)) return t("common:error.gone");
    return t("common:error.unknown");
  };
}

/** A page or part that could not be loaded. Not found and not allowed look the same. */
export function Trouble({ error, again }: { error: unknown; again?: () => void }) {
  const { t } = useTexts();
  const say = useSaying();
  const gone = error instanceof Problem && (error.status === 404 || error.status === 403);
  return (
    <Notice
      tone={gone ? "" : "bad"}
      title={gone ? t("common:error.gone_title") : error instanceof Unreachable ? t("common:error.unreachable_title") : t("common:error.title")}
      actions={
        <>
          {again && !gone && <button type="button" className="btn" onClick={again}>{t("common:error.again")}</button>}
          {gone && <Link className="btn" to="/">{t("common:error.home")}</Link>}
        </>
      }
    >
      {say(error)}
    </Notice>
  );
}
