import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, body } from "../../api/client";
import { Icon } from "../../parts/Icon";
import { Skeleton } from "../../parts/Skeleton";
import { Trouble, useSaying } from "../../parts/Trouble";
import { useKept } from "../../record/kept";
import { useTexts } from "../../texts/use";
import { lineAt } from "./lines";
import { Rendered } from "./Rendered";

/** A template's text on the left, on the right the record it makes; what is wrong is said with its line while one types.
 * Nothing comes into use here: that is done with the file. */
export default function Editor({ name, view }: { name: string; view: "ja" | "en" }) {
  const source = useQuery({ queryKey: ["template-source", name], queryFn: () => body(api.GET("/v1/templates/{name}/source", { params: { path: { name } } })), staleTime: Number.POSITIVE_INFINITY });
  if (source.isPending) return <Skeleton shape="record" />;
  if (source.isError) return <Trouble error={source.error} again={() => void source.refetch()} />;
  return <Edit key={name} name={name} stored={source.data.text} view={view} />;
}

/** The value as it was when nothing has changed for a moment. */
function useSettled<V>(value: V, ms: number): V {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

function Edit({ name, stored, view }: { name: string; stored: string; view: "ja" | "en" }) {
  const { t, lang } = useTexts("templates");
  const say = useSaying();
  const [kept, keep] = useKept(`template:${name}`);
  const [text, setText] = useState(kept || stored);
  const settled = useSettled(text, 400);
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const preview = useQuery({
    queryKey: ["template-preview", name, settled, lang],
    queryFn: () => body(api.POST("/v1/templates/preview", { body: { name, text: settled } })),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const write = (value: string) => {
    setText(value);
    keep(value === stored ? "" : value);
  };
  const problems = preview.data?.problems ?? [];
  const wrong = new Set(problems.map((p) => p.line));
  const count = text.split("\n").length;
  const go = (line: number) => {
    const { from, to } = lineAt(text, line);
    const a = area.current;
    if (!a) return;
    a.focus();
    a.setSelectionRange(from, to);
    a.scrollTop = Math.max(0, (line - 4) * (a.scrollHeight / Math.max(1, count)));
  };
  const save = () => {
    const url = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
    const a = document.createElement("a");
    a.href = url;
    a.download = `${name}.yaml`;
    a.click();
    URL.revokeObjectURL(url);
  };
  const last = useRef(preview.data?.template ?? null); // the last text that could be read
  if (preview.data?.template) last.current = preview.data.template;
  return (
    <div className="form-edit">
      <section aria-labelledby="fe-text">
        <div className="form-edit-head">
          <h2 id="fe-text">{t("templates:edit.text")}</h2>
          <span className="acts">
            <button type="button" className="btn quiet-btn" disabled={text === stored} onClick={() => write(stored)}>{t("templates:edit.reset")}</button>
            <button type="button" className="btn small" onClick={save}><Icon name="file" />{t("templates:edit.save")}</button>
          </span>
        </div>
        <div className="code-box">
          <div className="code-lines" ref={gutter} aria-hidden="true">{Array.from({ length: count }, (_, i) => <span key={i} className={wrong.has(i + 1) ? "wrong" : undefined}>{i + 1}</span>)}</div>
          <textarea
            ref={area} className="code-text" aria-label={t("templates:edit.label", { name })} aria-describedby="fe-problems" spellCheck={false} wrap="off" value={text}
            onChange={(e) => write(e.target.value)} onScroll={(e) => { if (gutter.current) gutter.current.scrollTop = e.currentTarget.scrollTop; }}
          />
        </div>
        <div id="fe-problems" role="status" className="code-problems">
          {preview.isError ? <p className="hint bad">{say(preview.error)}</p> : preview.data && (problems.length === 0
            ? <p className="status done"><Icon name="check" />{t("templates:edit.fine")}</p>
            : (
              <>
                <p className="status bad"><Icon name="stop" />{t("templates:edit.wrong", { count: problems.length })}</p>
                <ol>
                  {problems.slice(0, 50).map((p, i) => <li key={`${p.line}-${p.code}-${i}`}><button type="button" className="btn link" onClick={() => go(p.line)}>{t("templates:edit.line", { line: p.line })}</button><span>{p.message}</span></li>)}
                </ol>
              </>
            ))}
        </div>
        <p className="small quiet">{t("templates:edit.note", { file: `${name}.yaml` })}</p>
      </section>
      <section aria-labelledby="fe-look" className="form-look" tabIndex={0}>
        <h2 id="fe-look">{t("templates:edit.look")}</h2>
        <p className="small quiet">{t("templates:edit.look_note")}</p>
        {last.current ? <Rendered template={last.current} samples={preview.data?.samples ?? []} view={view} /> : preview.isPending ? <Skeleton shape="record" /> : <p className="absent"><Icon name="dash" />{t("templates:edit.unreadable")}</p>}
      </section>
    </div>
  );
}
