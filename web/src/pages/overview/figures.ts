import type { Schemas } from "../../api/client";
import { daysBetween } from "../../time/format";
import { answerDays } from "../../status/phrase";

type Account = Pick<Schemas["Account"], "id" | "name" | "department" | "disabled">;
type Interview = Pick<Schemas["Interview"], "id" | "employee" | "status" | "waiting_for" | "review_since" | "recorded_on">;

/** No group of fewer people is shown: a number of two tells of each. */
export const leastGroup = 5;

/** Whether the list of all interviews holds something for these roles: the operator looks after accounts, too, and reads none. */
export const readsList = (roles: Schemas["Account"]["roles"]): boolean => roles.includes("hr");

/** How far a department is. `name` is "" for the small ones together. */
export interface Department {
  name: string;
  people: number;
  interviewed: number;
  confirmed: number;
}

/** Statuses in which a talk has taken place. */
const talked = new Set<string>(["queued", "preparing", "transcribing", "needs_transcription", "drafting", "checking", "in_review", "revising", "approved", "closed_unconfirmed", "failed"]);

/** Departments of five and more people, the small ones as one group; if that is small too it is left out, and so is the
 * smallest of the shown ones when leaving out one alone would let it be counted back from the total. */
export function departments(people: readonly Account[], interviews: readonly Interview[]): Department[] {
  const had = new Set(interviews.filter((x) => talked.has(x.status)).map((x) => x.employee.id));
  const confirmed = new Set(interviews.filter((x) => x.status === "approved").map((x) => x.employee.id));
  const groups = new Map<string, Department>();
  for (const p of people) {
    if (p.disabled) continue;
    const name = p.department ?? "";
    const g = groups.get(name) ?? { name, people: 0, interviewed: 0, confirmed: 0 };
    g.people++;
    if (had.has(p.id)) g.interviewed++;
    if (confirmed.has(p.id)) g.confirmed++;
    groups.set(name, g);
  }
  const all = [...groups.values()].sort((a, b) => b.people - a.people || a.name.localeCompare(b.name, "ja"));
  const shown = all.filter((g) => g.people >= leastGroup && g.name !== "");
  const small = all.filter((g) => !shown.includes(g));
  const rest = sum(small);
  // Too few are left over to stand alone: the smallest shown group goes with them.
  while (rest.people > 0 && rest.people < leastGroup && shown.length > 0) {
    const last = shown.pop();
    if (last) add(rest, last);
  }
  return rest.people >= leastGroup ? [...shown, rest] : shown;
}

function add(to: Department, g: Department) {
  to.people += g.people;
  to.interviewed += g.interviewed;
  to.confirmed += g.confirmed;
}

function sum(list: readonly Department[]): Department {
  const out: Department = { name: "", people: 0, interviewed: 0, confirmed: 0 };
  for (const g of list) add(out, g);
  return out;
}

/** Interviews whose employee has had the record longer than people are given, longest first. */
export function late<X extends Interview>(interviews: readonly X[], now: Date): { interview: X; days: number }[] {
  return interviews
    .filter((x) => x.status === "in_review" && x.waiting_for === "employee" && x.review_since)
    .map((interview) => ({ interview, days: daysBetween(new Date(interview.review_since ?? ""), now) - answerDays }))
    .filter((x) => x.days > 0)
    .sort((a, b) => b.days - a.days);
}

/** How many people have been talked with. */
export function interviewed(interviews: readonly Interview[]): number {
  return new Set(interviews.filter((x) => talked.has(x.status)).map((x) => x.employee.id)).size;
}

/** People with whom nobody has talked in the time. Interviewers and HR are talked with too. */
export function notYet(people: readonly Account[], interviews: readonly Interview[]): Account[] {
  const had = new Set(interviews.filter((x) => talked.has(x.status)).map((x) => x.employee.id));
  return people.filter((p) => !p.disabled && !had.has(p.id)).sort((a, b) => (a.department ?? "").localeCompare(b.department ?? "", "ja") || a.name.localeCompare(b.name, "ja"));
}
