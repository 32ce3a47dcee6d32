import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { api, body, send } from "../api/client";
import { Icon } from "../parts/Icon";
import { Notice } from "../parts/Notice";
import { Skeleton } from "../parts/Skeleton";
import { Trouble, useSaying } from "../parts/Trouble";
import { useTitle } from "../shell/useTitle";
import { useTexts } from "../texts/use";

/** Only a path of this site is gone back to. */
export function safeNext(next: string | null): string {
  return next && /^\/(?![/\\])[^\\\r\n\t]*$/.test(next) && !next.startsWith("/auth/") && !next.startsWith("/signin") ? next : "/";
}

function post(path: string, data: object): Promise<Response> {
  return send(path, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(data) });
}

export default function SignIn() {
  const { t, lang, change } = useTexts("signin");
  const [params] = useSearchParams();
  const next = safeNext(params.get("next"));
  const ways = useQuery({ queryKey: ["ways"], queryFn: () => body(api.GET("/auth")), staleTime: 60_000 });
  useTitle(t("signin:title"));
  const other = lang === "ja" ? "en" : "ja";
  return (
    <div className="sign">
      <header className="sign-say">
        <div>
          <span className="word">{t("common:name")}</span>
          <ul>
            {(["words", "confirm", "no_rating"] as const).map((k) => (
              <li key={k}><b>{t(`signin:say.${k}_title`)}</b>{t(`signin:say.${k}`)}</li>
            ))}
          </ul>
        </div>
      </header>
      <main id="main" className="sign-in">
        <div>
          <h1>{t("signin:title")}</h1>
          {ways.isPending && <Skeleton />}
          {ways.isError && <Trouble error={ways.error} again={() => void ways.refetch()} />}
          {ways.data?.auth === "oidc" && <p className="sign-step"><a className="btn primary" href={`/auth/oidc?next=${encodeURIComponent(next)}`}>{t("signin:oidc")}</a></p>}
          {ways.data?.auth === "link" && <LinkForm next={next} />}
          {ways.data?.auth === "dev" && <DevList people={ways.data.people} next={next} />}
          <p className="small quiet sign-foot">{ways.data?.auth === "dev" ? t("signin:dev_only") : t("signin:help")}</p>
          <p><button type="button" className="btn link" lang={other} onClick={() => void change(other)}>{other === "en" ? "English" : "日本語"}</button></p>
        </div>
      </main>
    </div>
  );
}

function LinkForm({ next }: { next: string }) {
  const { t } = useTexts("signin");
  const say = useSaying();
  const [email, setEmail] = useState("");
  const [state, setState] = useState<"" | "busy" | "sent">("");
  const [error, setError] = useState<unknown>();
  const ask = async (e: FormEvent) => {
    e.preventDefault();
    setState("busy");
    setError(undefined);
    try {
      await post("/auth/link", { email, next });
      setState("sent");
    } catch (err) {
      setError(err);
      setState("");
    }
  };
  if (state === "sent") return <div className="sign-step"><Notice tone="good" title={t("signin:sent_title")}>{t("signin:sent")}</Notice></div>;
  return (
    <form className="sign-step" onSubmit={(e) => void ask(e)}>
      <div className="field">
        <label htmlFor="email">{t("signin:email")}</label>
        <input className="in" id="email" type="email" autoComplete="email" required value={email} placeholder={t("signin:email_example")} onChange={(e) => setEmail(e.target.value)} aria-describedby="email-hint" />
        <span className="hint" id="email-hint">{t("signin:email_hint")}</span>
        {error !== undefined && <span className="hint bad" role="alert">{say(error)}</span>}
      </div>
      <p className="sign-send"><button className="btn primary" type="submit" disabled={state === "busy"}><Icon name="mail" />{t("signin:send")}</button></p>
    </form>
  );
}

function DevList({ people, next }: { people: { id: string; name: string; email: string; department?: string; roles: string[] }[]; next: string }) {
  const { t } = useTexts("signin");
  const say = useSaying();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>();
  const enter = async (email: string) => {
    setError(undefined);
    try {
      await post("/auth/dev", { email });
      cache.clear();
      await navigate(next, { replace: true });
    } catch (err) {
      setError(err);
    }
  };
  return (
    <div className="sign-step">
      <p>{t("signin:dev")}</p>
      {error !== undefined && <p className="hint bad" role="alert">{say(error)}</p>}
      <ul className="people">
        {people.map((p) => (
          <li key={p.id}>
            <button type="button" onClick={() => void enter(p.email)}>
              <b>{p.name}</b>
              <span className="small quiet">{[p.department, ...p.roles.map((r) => t(`signin:role.${r}`))].filter(Boolean).join(" · ")}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
