import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useEffect } from "react";
import { Navigate, Outlet, useLocation, useNavigate } from "react-router";
import { type Action, api, body, onSignedOut, type Schemas, send, speak } from "../api/client";
import { keys } from "../api/keys";
import { isProblem } from "../api/problem";
import { hear, say } from "../live/channel";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { useTexts } from "../texts/use";

export type Me = Schemas["Me"];
const Context = createContext<Me | undefined>(undefined);

/** The person who is signed in. Only below Signed. */
export function useMe(): Me {
  const me = useContext(Context);
  if (!me) throw new Error("useMe outside of a session");
  return me;
}

/** Whether the account may do something that hangs on no interview. */
export function useMay(action: Action): boolean {
  return useMe().can.includes(action);
}

/** Pages for people who are signed in; others go to the sign-in page and come back. */
export function Signed({ frame }: { frame: (page: ReactNode) => ReactNode }) {
  const { lang, change } = useTexts();
  const cache = useQueryClient();
  const place = useLocation();
  const me = useQuery({ queryKey: keys.me, queryFn: () => body(api.GET("/v1/me")), staleTime: 60_000 });
  const navigate = useNavigate();
  const leave = useCallback(() => {
    if (location.pathname === "/signin") return;
    const next = location.pathname + location.search;
    cache.clear();
    void navigate(`/signin?next=${encodeURIComponent(next)}`, { replace: true });
  }, [cache, navigate]);
  useEffect(() => onSignedOut(leave), [leave]);
  useEffect(() => hear((w) => w.kind === "signed-out" && leave()), [leave]);
  const spoken = me.data?.person.language;
  useEffect(() => {
    if (spoken && spoken !== lang) void change(spoken);
    // Only when the account's language arrives or changes; the person may switch in between.
  }, [spoken]);
  speak(lang);
  if (me.isPending) return frame(<div className="page"><Skeleton shape="list" /></div>);
  if (me.isError) {
    if (isProblem(me.error, "sign_in_required", "token_invalid")) return <Navigate replace to={`/signin?next=${encodeURIComponent(place.pathname + place.search)}`} />;
    return frame(<div className="page"><Trouble error={me.error} again={() => void me.refetch()} /></div>);
  }
  return <Context value={me.data}>{frame(<Outlet />)}</Context>;
}

/** Ends the session on this browser, in all its tabs. */
export async function signOut(): Promise<void> {
  await send("/auth/out", { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: "{}" });
  say({ kind: "signed-out" });
  location.assign("/signin");
}
