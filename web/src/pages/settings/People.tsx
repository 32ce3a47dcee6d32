import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useDeferredValue, useState } from "react";
import { api, body, heads, type Schemas, tagged } from "../../api/client";
import { Ask } from "../../parts/Ask";
import { Icon } from "../../parts/Icon";
import { Skeleton } from "../../parts/Skeleton";
import { Trouble, useSaying } from "../../parts/Trouble";
import { useMe } from "../../session/session";
import { useTexts } from "../../texts/use";

type Account = Schemas["Account"];
const roles = ["interviewer", "hr", "admin"] as const;

/** The people of the installation: found, added, given roles, switched off. */
export default function People() {
  const { t } = useTexts("settings");
  const [words, setWords] = useState("");
  const [open, setOpen] = useState<Account | "new">();
  const search = useDeferredValue(words.trim());
  const list = useInfiniteQuery({
    queryKey: ["people", "settings", search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => search
      ? body(api.POST("/v1/users/search", { body: { text: search, limit: 30, ...(pageParam ? { cursor: pageParam } : {}) } }))
      : body(api.GET("/v1/users", { params: { query: { limit: 30, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
  const people = list.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <section aria-labelledby="set-people">
      <div className="grp-h"><h2 id="set-people">{t("settings:people.title")}</h2><button type="button" className="btn small push" onClick={() => setOpen("new")}><Icon name="plus" />{t("settings:people.add")}</button></div>
      <label className="find wide"><Icon name="search" /><span className="vh">{t("settings:people.find")}</span><input type="search" value={words} placeholder={t("settings:people.find")} onChange={(e) => setWords(e.target.value)} /></label>
      {list.isPending && <Skeleton shape="list" />}
      {list.isError && <Trouble error={list.error} again={() => void list.refetch()} />}
      {list.isSuccess && people.length === 0 && <p className="quiet">{t("settings:people.nobody")}</p>}
      <ul className="plain-rows people-rows">
        {people.map((p) => (
          <li key={p.id}>
            <b>{p.name}</b><span className="quiet">{p.department}</span>
            <span>{p.disabled ? <span className="mark"><Icon name="lock" />{t("settings:people.off")}</span> : p.roles.map((r) => t(`settings:role.${r}`)).join(" · ")}</span>
            <button type="button" className="btn link" onClick={() => setOpen(p)}>{t("settings:people.change")}<span className="vh"> {p.name}</span></button>
          </li>
        ))}
      </ul>
      {list.hasNextPage && <button type="button" className="btn link" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("common:more")}</button>}
      {open && <Person key={open === "new" ? "new" : open.id} person={open === "new" ? undefined : open} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

function Person({ person, onClose }: { person: Account | undefined; onClose: () => void }) {
  const { t } = useTexts("settings");
  const say = useSaying();
  const me = useMe();
  const cache = useQueryClient();
  const operator = me.person.roles.includes("admin");
  const [c, setC] = useState({ name: person?.name ?? "", email: person?.email ?? "", department: person?.department ?? "", roles: person?.roles ?? [], language: "ja", disabled: person?.disabled ?? false });
  const self = person?.id === me.person.id;
  const locked = (person?.roles.includes("admin") ?? false) && !operator; // hr looks after people, not after operators
  const save = useMutation({
    mutationFn: async () => {
      if (!person) return body(api.POST("/v1/users", { body: { name: c.name.trim(), email: c.email.trim(), department: c.department.trim(), roles: c.roles, language: c.language as "ja" | "en" } }));
      // What stands there now, and its tag: two who change the same account do not write over each other.
      const { value, tag } = await tagged(api.GET("/v1/users/{user}", { params: { path: { user: person.id } } }));
      const same = value.name === person.name && (value.department ?? "") === (person.department ?? "") && value.disabled === person.disabled && [...value.roles].sort().join() === [...person.roles].sort().join();
      return body(api.PATCH("/v1/users/{user}", { params: { path: { user: person.id } }, headers: heads({ ifMatch: same ? tag : '"stale"' }), body: { name: c.name.trim(), department: c.department.trim(), ...(self ? {} : { roles: c.roles, disabled: c.disabled }) } }));
    },
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ["people"] });
      onClose();
    },
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    save.mutate();
  };
  return (
    <Ask title={person ? t("settings:people.of", { name: person.name }) : t("settings:people.add")} back={t("common:stop")} onClose={onClose} actions={!locked && <button type="submit" form="person-form" className="btn primary" disabled={save.isPending}>{t(person ? "settings:people.keep" : "settings:people.add")}</button>}>
      {locked && <p>{t("settings:people.locked")}</p>}
      <form id="person-form" className="form" onSubmit={submit}>
        <div className="field"><label htmlFor="p-name">{t("settings:me.name")}</label><input className="in" id="p-name" required maxLength={100} disabled={locked} value={c.name} onChange={(e) => setC({ ...c, name: e.target.value })} /></div>
        <div className="field"><label htmlFor="p-mail">{t("settings:me.email")}</label><input className="in" id="p-mail" type="email" required maxLength={254} disabled={!!person} value={c.email} onChange={(e) => setC({ ...c, email: e.target.value })} /></div>
        <div className="field"><label htmlFor="p-dep">{t("settings:me.department")}</label><input className="in" id="p-dep" maxLength={100} disabled={locked} value={c.department} onChange={(e) => setC({ ...c, department: e.target.value })} /></div>
        {!person && (
          <div className="field"><label htmlFor="p-lang">{t("settings:language.title")}</label><select className="in" id="p-lang" value={c.language} onChange={(e) => setC({ ...c, language: e.target.value })}><option value="ja">日本語</option><option value="en">English</option></select></div>
        )}
        {!self && !locked && (
          <fieldset className="choices">
            <legend>{t("settings:me.roles")}</legend>
            {roles.filter((r) => operator || r !== "admin").map((r) => (
              <label className="choice" key={r}><input type="checkbox" checked={c.roles.includes(r)} onChange={(e) => setC({ ...c, roles: e.target.checked ? [...c.roles, r] : c.roles.filter((x) => x !== r) })} /><span>{t(`settings:role.${r}`)}<small>{t(`settings:role_note.${r}`)}</small></span></label>
            ))}
          </fieldset>
        )}
        {person && !self && !locked && <label className="choice"><input type="checkbox" checked={c.disabled} onChange={(e) => setC({ ...c, disabled: e.target.checked })} /><span>{t("settings:people.disable")}<small>{t("settings:people.disable_note")}</small></span></label>}
        {save.isError && <p className="hint bad" role="alert">{say(save.error)}</p>}
      </form>
    </Ask>
  );
}
