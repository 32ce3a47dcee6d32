import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body, heads, onceKey } from "../api/client";
import { keys } from "../api/keys";
import { Ask } from "../parts/Ask";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Moment } from "../parts/Time";
import { Trouble, useSaying } from "../parts/Trouble";
import { calling } from "../parts/names";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useChanged } from "./data";

/** To whom the employee shows this record beyond the one it was made with: an interviewer who came later. Theirs to give
 * and to take back; the others see who it is. */
export default function Succession({ onClose }: { onClose: () => void }) {
  const { t, lang } = useTexts("manage");
  const { id, may } = useHere();
  const say = useSaying();
  const cache = useQueryClient();
  const changed = useChanged(id);
  const [to, setTo] = useState("");
  const [sensitive, setSensitive] = useState(false);
  const list = useQuery({ queryKey: keys.successors(id), queryFn: () => body(api.GET("/v1/interviews/{id}/successors", { params: { path: { id } } })) });
  const again = () => Promise.all([cache.invalidateQueries({ queryKey: keys.successors(id) }), changed()]);
  const give = useMutation({
    mutationFn: () => body(api.PUT("/v1/interviews/{id}/successors", { params: { path: { id } }, body: { person: to, ...(sensitive ? { sensitive } : {}) }, headers: heads({ once: onceKey() }) })),
    onSuccess: () => {
      setTo("");
      setSensitive(false);
      return again();
    },
  });
  const take = useMutation({
    mutationFn: (person: string) => api.DELETE("/v1/interviews/{id}/successors/{person}", { params: { path: { id, person } } }),
    onSuccess: again,
  });
  const x = list.data;
  const decides = may("succeed");
  const open = x?.candidates.filter((c) => !x.released.some((r) => r.person.id === c.id)) ?? [];
  return (
    <Ask wide title={t("manage:succession.title")} back={t("common:close")} onClose={onClose}>
      <p>{t(decides ? "manage:succession.text" : "manage:succession.theirs")}</p>
      {list.isPending && <Skeleton />}
      {list.isError && <Trouble error={list.error} again={() => void list.refetch()} />}
      {x && (
        <ul className="asked">
          <li><p>{t("manage:succession.held", { name: x.held_by.name })}</p></li>
          {x.released.map((r) => (
            <li key={r.person.id}>
              <p><b>{r.person.name}</b> <span className="small quiet">{r.person.department} <Moment at={r.at} exact /></span></p>
              <p className="small quiet">{t(r.sensitive ? "manage:succession.with" : "manage:succession.without")}</p>
              {decides && <div className="acts start"><button type="button" className="btn small" disabled={take.isPending} onClick={() => take.mutate(r.person.id)}>{t("manage:succession.take")}<span className="vh"> {r.person.name}</span></button></div>}
            </li>
          ))}
          {x.released.length === 0 && <li><p className="quiet">{t("manage:succession.nobody")}</p></li>}
        </ul>
      )}
      {x && decides && open.length > 0 && (
        <fieldset className="choices">
          <legend>{t("manage:succession.who")}</legend>
          {open.map((c) => (
            <label className="choice" key={c.id}><input type="radio" name="successor" checked={to === c.id} onChange={() => setTo(c.id)} /><span>{c.name}<small>{c.department}</small></span></label>
          ))}
          {to && <label className="choice"><input type="checkbox" checked={sensitive} onChange={(e) => setSensitive(e.target.checked)} /><span>{t("manage:succession.sensitive")}<small>{t("manage:succession.sensitive_note")}</small></span></label>}
          <div className="acts start"><button type="button" className="btn primary" disabled={!to || give.isPending} onClick={() => give.mutate()}><Icon name="eye" />{t("manage:succession.give", { name: to ? calling(open.find((c) => c.id === to)?.name ?? "", lang) : "" })}</button></div>
        </fieldset>
      )}
      {(give.isError || take.isError) && <p className="hint bad" role="alert">{say(give.error ?? take.error)}</p>}
    </Ask>
  );
}
