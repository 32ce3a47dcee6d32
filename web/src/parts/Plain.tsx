import { Fragment, type ReactNode } from "react";

const units = /((?:約|第)?[0-9０-９][0-9０-９,.〜～/:年月日()月火水木金土日]*(?:か月|ヶ月|カ月|週間|時間|年後|年間|年度|月末|万円|人|件|社|割|名|回|歳|度|社|年|月|日|時|分|秒|%|円|版|か所)(?:間|後|前|頃|ごろ)?|[A-Za-z][A-Za-z0-9.+#-]*)/g;

/** Text in which a number stays with its unit and a Latin word is not broken; the text itself is not changed. */
export function Plain({ children }: { children: string }): ReactNode {
  const parts = children.split(units);
  return parts.map((p, i) => (i % 2 === 1 && p.length <= 14 ? <span className="nb" key={i}>{p}</span> : <Fragment key={i}>{p}</Fragment>));
}
