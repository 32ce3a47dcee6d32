import { useTexts } from "../../texts/use";
import { isReason } from "./hooks";

/** Why something did not arrive, in words that promise no further try. */
export function useReason(): (code: string | undefined, reason: string | undefined) => string {
  const { t } = useTexts("settings");
  return (code, reason) => (isReason(code) ? t(`settings:hooks.why.${code}`) : (reason ?? ""));
}
