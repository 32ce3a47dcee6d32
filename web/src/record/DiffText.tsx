import { Plain } from "../parts/Plain";
import { useTexts } from "../texts/use";
import { wordDiff } from "./wordDiff";

/** Two texts in one: what went is struck out, what came is underlined; screen readers hear 削除 and 追加. */
export function DiffText({ before, after }: { before: string; after: string }) {
  const { t, lang } = useTexts("record");
  return wordDiff(before, after, lang).map((p, i) => {
    if (p.kind === "same") return <Plain key={i}>{p.text}</Plain>;
    const Tag = p.kind;
    return <Tag key={i}><span className="vh">{t(p.kind === "ins" ? "record:diff.ins" : "record:diff.del")}</span>{p.text}</Tag>;
  });
}
