import { useMutation } from "@tanstack/react-query";
import { api, body, heads, type Schemas } from "../api/client";
import { Ask } from "../parts/Ask";
import { Icon } from "../parts/Icon";
import { useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { position } from "../time/format";
import { useHere } from "./context";
import { useChanged } from "./data";

/** Takes a range off the record for good: the employee any, the interviewer their own words; the rest they propose. */
export default function OffRecord({ transcript, tag, from, to, onClose, onDone }: { transcript: Schemas["Transcript"]; tag: string; from: number; to: number; onClose: () => void; onDone: () => void }) {
  const { t, lang } = useTexts("record");
  const { id, interview } = useHere();
  const say = useSaying();
  const changed = useChanged(id);
  const first = transcript.segments[from];
  const last = transcript.segments[to];
  const roles = new Map(transcript.speakers.map((s) => [s.label, s.role]));
  const own = interview.relation === "subject" || transcript.segments.slice(from, to + 1).every((s) => s.off_record || roles.get(s.speaker) === "interviewer");
  const act = useMutation({
    mutationFn: () => {
      const range = [{ from: first?.id ?? 0, to: last?.id ?? 0 }];
      return body(api.PATCH("/v1/interviews/{id}/transcript", { params: { path: { id } }, body: own ? { off_record: range } : { proposals: range }, headers: heads({ ifMatch: tag }) }));
    },
    onSuccess: async () => {
      await changed();
      onDone();
    },
  });
  if (!first || !last) return null;
  const names = { count: to - from + 1, from: position(first.start), to: position(last.end), employee: calling(interview.employee.name, lang), interviewer: calling(interview.interviewer.name, lang) };
  return (
    <Ask
      title={t(own ? "record:off.title" : "record:off.propose_title", names)}
      back={t("common:stop")}
      onClose={onClose}
      actions={<button type="button" className={own ? "btn danger" : "btn primary"} disabled={act.isPending} onClick={() => act.mutate()}><Icon name="off" />{t(own ? "record:off.do" : "record:off.propose", names)}</button>}
    >
      {transcript.timed && <p><b>{t("record:off.range", names)}</b></p>}
      <p>{t(own ? "record:off.text" : "record:off.propose_text", names)}</p>
      {interview.status === "approved" && <p className="small quiet">{t("record:off.sealed")}</p>}
      {act.isError && <p className="hint bad" role="alert">{say(act.error)}</p>}
    </Ask>
  );
}
