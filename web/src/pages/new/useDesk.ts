import { useSyncExternalStore } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { keys } from "../../api/keys";
import { hear, say } from "../../live/channel";
import { useMe } from "../../session/session";
import { useTexts } from "../../texts/use";
import { lengthOf } from "../../upload/sound";
import { Tapes } from "../../upload/tapes";
import { Desk } from "./desk";
import { serverOffice } from "./office";
import { underWay } from "./row";

// The desk of the person who is signed in; it outlives the page, so that sending goes on elsewhere in the app.
let here: { person: string; desk: Desk } | undefined;
export const tapes = new Tapes();

function deskOf(person: string, make: () => Desk): Desk {
  if (here?.person !== person) {
    here?.desk.end();
    here = { person, desk: make() };
    const { desk } = here;
    void desk.recall();
    window.addEventListener("beforeunload", (e) => {
      if (here?.desk === desk && desk.rows.some(underWay)) e.preventDefault(); // the browser asks before it closes
    });
    hear((w) => {
      if (w.kind === "signed-out" && here?.desk === desk) {
        desk.end();
        here = undefined;
      }
    });
  }
  return here.desk;
}

/** The desk and what lies on it. */
export function useDesk(): Desk {
  const me = useMe();
  const { lang } = useTexts();
  const cache = useQueryClient();
  const desk = deskOf(me.person.id, () => new Desk({
    person: me.person.id,
    language: me.person.language === "en" ? "en" : lang,
    office: serverOffice(),
    maxSize: me.installation.max_size,
    template: me.installation.templates.includes("career-interview") ? "career-interview" : (me.installation.templates[0] ?? "career-interview"),
    length: lengthOf,
    arrived: (r) => {
      if (r.tape) void tapes.erase(r.tape);
      void cache.invalidateQueries({ queryKey: ["interviews"] });
      if (r.interview) {
        void cache.invalidateQueries({ queryKey: keys.interview(r.interview.id) });
        say({ kind: "changed", interview: r.interview.id });
      }
    },
  }));
  useSyncExternalStore(desk.subscribe, () => desk.revision);
  return desk;
}
