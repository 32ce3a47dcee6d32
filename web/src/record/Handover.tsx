import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { api, body, heads, type Schemas } from "../api/client";
import { isProblem } from "../api/problem";
import { Ask } from "../parts/Ask";
import { useToast } from "../parts/Toast";
import { useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useMe } from "../session/session";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useChanged } from "./data";

/** Everybody who can hold interviews, page by page. */
async function holders(): Promise<Schemas["Account"][]> {
  const out: Schemas["Account"][] = [];
  let cursor: string | undefined;
  do {
    const page = await body(api.GET("/v1/users", { params: { query: { limit: 200, role: "interviewer", disabled: "false", ...(cursor ? { cursor } : {}) } } }));
    out.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor && out.length < 2000);
  return out;
}

/** Gives an interview to another interviewer; who had it no longer sees it. */
export default function Handover({ onClose }: { onClose: () => void }) {
  const { t, lang } = useTexts("manage");
  const { id, interview: x, tag } = useHere();
  const say = useSaying();
  const me = useMe();
  const toast = useToast();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const changed = useChanged(id);
  const [to, setTo] = useState("");
  const people = useQuery({ queryKey: ["people", "holders"], queryFn: holders, staleTime: 60_000 });
  const list = (people.data ?? []).filter((p) => p.id !== x.interviewer.id && p.id !== x.employee.id);
  const give = useMutation({
    mutationFn: () => api.PATCH("/v1/interviews/{id}", { params: { path: { id } }, body: { interviewer: to }, headers: heads({ ifMatch: tag }) }),
    onSuccess: async () => {
      toast({ text: t("manage:handover.done", { name: calling(list.find((p) => p.id === to)?.name ?? "", lang) }) });
      onClose();
      await changed();
    },
    onError: async (err) => {
      if (isProblem(err, "not_found") && !me.person.roles.includes("hr")) { // it went to somebody else, and is no longer ours to see
        await cache.invalidateQueries({ queryKey: ["interviews"] });
        void navigate("/");
      } else if (isProblem(err, "precondition_failed")) await changed();
    },
  });
  return (
    <Ask
      title={t("manage:handover.title")} back={t("common:stop")} onClose={onClose}
      actions={<button type="button" className="btn primary" disabled={!to || give.isPending} onClick={() => give.mutate()}>{t("manage:handover.do")}</button>}
    >
      <p>{t("manage:handover.text", { interviewer: calling(x.interviewer.name, lang) })}</p>
      <p className="small quiet">{t("manage:handover.earlier")}</p>
      <div className="field">
        <label htmlFor="give-to">{t("manage:handover.who")}</label>
        <select className="in" id="give-to" value={to} disabled={people.isPending} onChange={(e) => setTo(e.target.value)}>
          <option value="">{t(people.isSuccess && list.length === 0 ? "manage:handover.none" : "manage:handover.choose")}</option>
          {list.map((p) => <option key={p.id} value={p.id}>{[p.name, p.department].filter(Boolean).join(" · ")}</option>)}
        </select>
      </div>
      {(give.isError || people.isError) && <p className="hint bad" role="alert">{say(give.error ?? people.error)}</p>}
    </Ask>
  );
}
