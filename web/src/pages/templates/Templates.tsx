import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Link, useSearchParams } from "react-router";
import { api, body, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { Empty } from "../../parts/Empty";
import { Icon } from "../../parts/Icon";
import { Plain } from "../../parts/Plain";
import { Skeleton } from "../../parts/Skeleton";
import { Trouble } from "../../parts/Trouble";
import { useMay } from "../../session/session";
import { useTitle } from "../../shell/useTitle";
import { useTexts } from "../../texts/use";

const Editor = lazy(() => import("./Editor"));

const languages = ["ja", "en"] as const;
type Lang = (typeof languages)[number];

/** The forms of records: what each section takes in, what stays out, what is asked; in both languages. */
export default function Templates() {
  const { t, lang } = useTexts("templates");
  const [params, setParams] = useSearchParams();
  const list = useQuery({ queryKey: keys.templates, queryFn: async () => (await body(api.GET("/v1/templates"))).items, staleTime: Number.POSITIVE_INFINITY });
  const name = params.get("name") ?? list.data?.[0]?.name ?? "";
  const view: Lang = languages.find((l) => l === params.get("language")) ?? lang;
  const mayTry = useMay("operate_read");
  const editing = mayTry && params.get("edit") === "1" && name !== "";
  useTitle(t("templates:title"));
  const to = (change: Record<string, string>) => `?${new URLSearchParams({ ...Object.fromEntries(params), ...change })}`;
  return (
    <main id="main" tabIndex={-1} className={editing ? "page wide-page" : "page"}>
      <div className="page-head"><div><h1>{t("templates:title")}</h1><p>{t("templates:text")}</p></div></div>
      {list.isPending && <Skeleton shape="list" />}
      {list.isError && <Trouble error={list.error} again={() => void list.refetch()} />}
      {list.data?.length === 0 && <Empty icon="text" title={t("templates:none")} />}
      {list.data && list.data.length > 0 && (
        <div className={editing ? "" : "two-cols"}>
          {!editing && <nav aria-label={t("templates:title")}>
            <ul className="pick">
              {list.data.map((x) => (
                <li key={x.name}>
                  <Link to={to({ name: x.name })} replace preventScrollReset aria-current={x.name === name ? "true" : undefined}><b>{words(x.title, lang)}</b><small>{words(x.purpose, lang)}</small></Link>
                </li>
              ))}
            </ul>
          </nav>}
          <div>
            <div className="filters tight" role="group" aria-label={t("templates:language")}>
              {languages.map((l) => <button type="button" className="f" key={l} lang={l} aria-current={l === view ? "true" : undefined} onClick={() => setParams({ ...Object.fromEntries(params), language: l }, { replace: true })}>{l === "ja" ? "日本語" : "English"}</button>)}
              {mayTry && (editing
                ? <Link className="btn small push" to={to({ edit: "" })} replace>{t("templates:edit.close")}</Link>
                : <Link className="btn small push" to={to({ edit: "1" })}><Icon name="edit" />{t("templates:edit.open")}</Link>)}
            </div>
            {editing ? <Suspense fallback={<Skeleton shape="record" />}><Editor name={name} view={view} /></Suspense> : name && <Preview name={name} view={view} />}
          </div>
        </div>
      )}
    </main>
  );
}

function words(of: Record<string, string>, lang: string): string {
  return of[lang] ?? of.ja ?? Object.values(of)[0] ?? "";
}

function Preview({ name, view }: { name: string; view: Lang }) {
  const { t } = useTexts("templates");
  const doc = useQuery({ queryKey: keys.template(name), queryFn: () => body(api.GET("/v1/templates/{name}", { params: { path: { name } } })), staleTime: Number.POSITIVE_INFINITY });
  if (doc.isPending) return <Skeleton shape="record" />;
  if (doc.isError) return <Trouble error={doc.error} again={() => void doc.refetch()} />;
  const x = doc.data;
  if (!x.languages.includes(view)) return <Empty icon="globe" title={t("templates:no_language")} />;
  return (
    <article className="form-view" lang={view}>
      <h2>{words(x.title, view)}</h2>
      <p className="quiet"><Plain>{words(x.purpose, view)}</Plain></p>
      <p className="small quiet" lang={undefined}>{t("templates:version", { version: x.version })} · {t(x.first_review === "interviewer" ? "templates:first.interviewer" : "templates:first.employee")} · {t(x.processing === "internal" ? "templates:way.internal" : "templates:way.external")}</p>
      <ol>
        {x.sections.map((s) => <SectionForm key={s.key} section={s} view={view} />)}
      </ol>
    </article>
  );
}

function SectionForm({ section: s, view }: { section: Schemas["TemplateSection"]; view: Lang }) {
  const { t } = useTexts("templates");
  const asks = s.questions[view] ?? [];
  return (
    <li>
      <h3>{words(s.title, view)}{s.sensitive && <span className="mark"><Icon name="lock" />{t("templates:sensitive")}</span>}</h3>
      <dl>
        {s.in[view] && <div><dt>{t("templates:in")}</dt><dd>{s.in[view]}</dd></div>}
        {s.out[view] && <div><dt>{t("templates:out")}</dt><dd>{s.out[view]}</dd></div>}
        {s.wording[view] && <div><dt>{t("templates:wording")}</dt><dd>{s.wording[view]}</dd></div>}
        {asks.length > 0 && <div><dt>{t("templates:questions")}</dt><dd><ul>{asks.map((q) => <li key={q}>{q}</li>)}</ul></dd></div>}
        {s.source === "people" && <div><dt>{t("templates:by_hand")}</dt><dd>{t("templates:by_hand_text")}</dd></div>}
      </dl>
    </li>
  );
}
