import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { useTexts } from "../texts/use";

type Undoable = { text: string; undo?: () => void };
const Context = createContext<(u: Undoable) => void>(() => undefined);

/** Toasts tell what was done and offer to undo it for eight seconds; nothing that must be acted on is told here. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useTexts();
  const [shown, setShown] = useState<Undoable>();
  const show = useCallback((u: Undoable) => setShown(u), []);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => setShown(undefined), 8000);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <Context value={show}>
      {children}
      <div role="status">
        {shown && (
          <div className="toast">
            <span>{shown.text}</span>
            {shown.undo && (
              <button type="button" className="btn" onClick={() => { shown.undo?.(); setShown(undefined); }}>{t("common:undo")}</button>
            )}
          </div>
        )}
      </div>
    </Context>
  );
}

export const useToast = () => useContext(Context);
