import { useTexts } from "../texts/use";

const shapes = {
  record: ["30%/20", "92%", "64%", "38%/10", "88%", "71%", "30%/20", "90%", "52%", "84%", "60%"],
  list: Array.from({ length: 6 }, (_, i) => `${96 - (i % 3) * 9}%/22`),
  text: ["92%", "86%", "64%"],
};

/** Bones in the measure of what is coming, so that nothing jumps when it arrives. */
export function Skeleton({ shape = "text" }: { shape?: keyof typeof shapes }) {
  const { t } = useTexts();
  return (
    <div className={`skel skel-${shape}`} role="status" aria-label={t("common:loading")}>
      {shapes[shape].map((s, i) => {
        const [width, height] = s.split("/");
        return <i key={i} style={{ width, ...(height ? { height: `${height}px` } : {}) }} />;
      })}
    </div>
  );
}
