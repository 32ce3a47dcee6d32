import type { Schemas } from "../../api/client";
import { Icon } from "../../parts/Icon";
import { Plain } from "../../parts/Plain";
import { Day } from "../../parts/Time";
import { useTexts } from "../../texts/use";

/** The record a template makes, with sentences of its own worked examples: headings, order, what stays closed, what people
 * write, and how nothing looks. */
export function Rendered({ template: x, samples, view }: { template: Schemas["TemplateDoc"]; samples: readonly Schemas["TemplateSample"][]; view: "ja" | "en" }) {
  const { t } = useTexts("templates", "record");
  if (!x.languages.includes(view)) return <p className="absent"><Icon name="dash" />{t("templates:no_language")}</p>;
  return (
    <article className="rec sample" lang={view}>
      <h3 className="sample-title">{x.title[view] ?? x.name}</h3>
      <p className="small quiet"><Plain>{x.purpose[view] ?? ""}</Plain></p>
      {x.sections.map((s) => {
        const own = samples.filter((e) => e.section === s.key && e.language === view);
        return (
          <div className="sec" key={s.key}>
            <div className="sec-h"><h4>{s.title[view] ?? s.key}</h4>{s.sensitive && <span className="mark"><Icon name="lock" />{t("templates:sensitive")}</span>}</div>
            {s.source === "people" ? <p className="absent"><Icon name="hand" />{t("templates:by_hand_text")}</p>
              : own.length === 0 ? <p className="absent"><Icon name="dash" />{t("record:absence.not_discussed")}</p>
              : own.slice(0, 4).map((e, i) => (
                <div className="st" key={i}>
                  <div className="st-main">
                    <p><Plain>{e.text}</Plain></p>
                    {e.owner && <p className="owner"><span>{t("record:action.owner")} <b>{t(`common:part.${e.owner}`)}</b></span>{e.due_date && <span>{t("record:action.due")} <b><Day on={e.due_date} /></b></span>}</p>}
                  </div>
                </div>
              ))}
          </div>
        );
      })}
    </article>
  );
}
