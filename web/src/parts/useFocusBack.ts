import { useEffect, useState } from "react";

/** Gives the focus back when a dialog goes away: to what had it when the dialog came, or, if that is gone, to the page.
 * Mantine does so only for dialogs that stay mounted while closed; ours are there only while they are open. */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(() => () => {
    setTimeout(() => {
      if (document.activeElement && document.activeElement !== document.body) return; // somebody has chosen another place
      const to = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : document.getElementById("main");
      to?.focus({ preventScroll: true });
    });
  }, [before]);
}
