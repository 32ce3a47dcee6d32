import { useQuery } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { isProblem } from "../../api/problem";
import { Bar } from "../../parts/Bar";
import { Icon } from "../../parts/Icon";
import type { IconName } from "../../parts/icons";
import { useSaying } from "../../parts/Trouble";
import { StatusPhrase } from "../../status/StatusPhrase";
import { useTexts } from "../../texts/use";
import { length } from "../../time/format";
import { FileGone } from "../../upload/sender";
import type { Row } from "./row";

/** Where a file stands, in one phrase; under it what is safe and what comes next. */
export function RowState({ row }: { row: Row }) {
  const { t, lang } = useTexts("upload");
  const say = useSaying();
  const line = (tone: string, icon: IconName, text: string, note?: string, share?: number, bar = "") => (
    <div className="state">
      <span className={`status ${tone}`}><Icon name={icon} />{text}</span>
      {share !== undefined && <Bar className={bar} share={share} label={`${Math.floor(share * 100)}%`} />}
      {note && <small>{note}</small>}
    </div>
  );
  const s = row.sender;
  const percent = Math.floor((s?.share ?? 0) * 100);
  const waitsForConsent = row.interview?.status === "needs_consent" ? t("upload:state.after_consent") : undefined;
  switch (row.phase) {
    case "refused":
      return line("bad", "stop", t(`upload:refused.${row.refusal ?? "unknown_kind"}`), t(`upload:refused.${row.refusal ?? "unknown_kind"}_note`));
    case "missing":
      return line("you", "file", t("upload:state.missing"), t("upload:state.missing_note"));
    case "need":
      return line(row.choice.employee ? "" : "warn", row.choice.employee ? "edit" : "person", t(row.choice.employee ? "upload:state.held" : "upload:state.need"));
    case "soon":
      return line("", "clock", t("upload:state.soon"), t("upload:state.soon_note"));
    case "opening":
      return line("run", "upload", t("upload:state.opening"));
    case "failed":
      return line("bad", "stop", t("upload:state.failed"), say(row.error));
    case "done":
      return <Arrived row={row} />;
    case "sending":
      switch (s?.state) {
        case "sending":
          return line("run", "upload", t("upload:state.sending", { percent }), waitsForConsent ?? (s.left !== undefined ? t("upload:left", { length: length(Math.max(60, s.left), lang, 0) }) : undefined), s.share);
        case "lost":
          return line("bad", "stop", t("upload:state.lost"), t("upload:state.lost_note", { percent }), s.share, "bad");
        case "paused":
          return line("", "pause", t("upload:state.paused", { percent }), t("upload:state.paused_note"), s.share, "paused");
        case "finishing":
          return line("run", "upload", t("upload:state.finishing"), undefined, 1);
        case "failed":
          return line("bad", "stop", t(s.error instanceof FileGone ? "upload:state.file_gone" : "upload:state.failed"), s.error instanceof FileGone ? t("upload:state.file_gone_note") : isProblem(s.error) && s.error.code.startsWith("http_") ? t("upload:state.bucket_note") : say(s.error), s.share, "bad");
        default:
          return line("", "clock", t("upload:state.waiting"), waitsForConsent);
      }
  }
}

/** Received; and what became of it, as far as that needs somebody. */
function Arrived({ row }: { row: Row }) {
  const { t } = useTexts("upload");
  const id = row.interview?.id ?? "";
  const now = useQuery({
    queryKey: ["arrived", id],
    queryFn: () => body(api.GET("/v1/interviews/{id}", { params: { path: { id } } })),
    enabled: id !== "",
    refetchInterval: (q) => (["needs_consent", "queued", "preparing", "transcribing", "drafting"].includes(q.state.data?.status ?? "queued") ? 10_000 : false),
  });
  const x = now.data;
  return (
    <div className="state">
      {x && (x.status === "failed" || x.status === "needs_transcription") ? <StatusPhrase interview={x} list /> : <span className="status done"><Icon name="seal" />{t("upload:state.done")}</span>}
      {x?.status === "needs_consent" && <small>{t("upload:state.after_consent")}</small>}
      {x && ["queued", "preparing", "transcribing", "drafting"].includes(x.status) && <small className="row-live"><StatusPhrase interview={x} list /></small>}
      {x && ["checking", "in_review"].includes(x.status) && <small>{t("upload:state.drafted")}</small>}
    </div>
  );
}
