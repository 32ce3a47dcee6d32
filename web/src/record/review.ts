import type { Schemas } from "../api/client";

export type Draft = Schemas["DraftDocument"];
export type Section = Schemas["Section"];
export type Statement = Schemas["Statement"];
export type Comment = Schemas["Comment"];
export type Evidence = Schemas["Evidence"];

/** The remarks on one statement (or, with "", on the whole record), oldest first. */
export interface Thread {
  statement: string;
  comments: Comment[];
  reactions: Comment[];
  /** Something here is not settled. */
  open: boolean;
  /** The employee says 「ちがう」 and has not taken it back. */
  disputed: boolean;
  /** The last word is the employee's and open: the interviewer owes an answer. */
  owed: boolean;
}

/** Groups remarks by the statement they are on. */
export function threadsOf(comments: readonly Comment[], employee: string): Map<string, Thread> {
  const out = new Map<string, Thread>();
  for (const c of [...comments].sort((a, b) => a.created_at.localeCompare(b.created_at))) {
    if (c.deleted_at) continue;
    const key = c.statement ?? "";
    const t = out.get(key) ?? { statement: key, comments: [], reactions: [], open: false, disputed: false, owed: false };
    out.set(key, t);
    if (c.kind === "reaction") t.reactions.push(c);
    else t.comments.push(c);
  }
  for (const t of out.values()) {
    const open = t.comments.filter((c) => !c.resolved);
    t.open = open.length > 0;
    t.disputed = open.some((c) => c.kind === "dispute");
    t.owed = open.length > 0 && t.comments[t.comments.length - 1]?.author === employee;
  }
  return out;
}

/** All statements of a draft in the order they stand. */
export function statementsOf(draft: Draft): { section: Section; statement: Statement }[] {
  return draft.sections.flatMap((section) => section.statements.map((statement) => ({ section, statement })));
}

/** The name of a sentence of the summary in remarks and changes: it goes with the sentence, wherever it stands. A sentence
 * that has none is called by its place. */
export const sentenceId = (s: Schemas["Sentence"], at: number) => s.id ?? `summary:${at}`;

/** The remarks on what the shown version no longer has: they are still to be read and answered. */
export function straysOf(draft: Draft, threads: ReadonlyMap<string, Thread>): Thread[] {
  const known = new Set(orderOf(draft));
  return [...threads.values()].filter((t) => t.statement !== "" && t.open && t.comments.length > 0 && !known.has(t.statement));
}

/** Every place that one can go to, in the order of the page: the whole, the record, what went from it. */
export function stopsOf(draft: Draft, threads: ReadonlyMap<string, Thread>): string[] {
  return ["", ...orderOf(draft), ...straysOf(draft, threads).map((t) => t.statement)];
}

/** Where the review stands for the one who reads. */
export interface Standing {
  /** Every place that has (or had) a green line, in the order of the page. */
  all: string[];
  /** Those that still have it. */
  left: string[];
  statements: number;
  sensitive: number;
  disputed: number;
}

/** What needs a look: for the employee what the server lists and they have not opened, for the interviewer the threads
 * that owe an answer. `edited` are statements with a change that is not sent yet; those count as answered. */
export function standing(draft: Draft, threads: Map<string, Thread>, employee: boolean, edited: ReadonlySet<string> = new Set()): Standing {
  const order = orderOf(draft);
  const list = statementsOf(draft);
  let all: string[];
  let left: string[];
  if (employee) {
    const look = new Set(draft.look);
    const opened = new Set(draft.opened);
    all = order.filter((id) => look.has(id));
    left = all.filter((id) => !opened.has(id) && !stands(threads.get(id)));
  } else {
    all = ["", ...order, ...straysOf(draft, threads).map((t) => t.statement)].filter((id) => threads.get(id)?.open);
    left = all.filter((id) => threads.get(id)?.owed && !edited.has(id));
  }
  return {
    all,
    left,
    statements: list.length,
    sensitive: list.filter((x) => x.statement.sensitive).length,
    disputed: [...threads.values()].filter((t) => stands(t) && order.includes(t.statement)).length,
  };
}

/** Every place of a record that can be remarked on or looked at, in the order of the page. */
export function orderOf(draft: Draft): string[] {
  return [...draft.summary.map(sentenceId), ...draft.sections.flatMap((s) => [`#${s.key}`, ...s.statements.map((x) => x.id)])];
}

/** Whether the employee's 「ちがう」 is the last word; once the interviewer has answered it is theirs to look again. */
export function stands(t: Thread | undefined): boolean {
  return t !== undefined && t.disputed && t.owed;
}

/** The evidence of a statement by place: quotes of one segment stand together and are one chip. */
export function places(evidence: readonly Evidence[]): { segment: number; quotes: string[]; start: number | null; end: number | null }[] {
  const out = new Map<number, { segment: number; quotes: string[]; start: number | null; end: number | null }>();
  for (const e of evidence) {
    const p = out.get(e.segment);
    if (!p) {
      out.set(e.segment, { segment: e.segment, quotes: [e.quote], start: e.start, end: e.end });
      continue;
    }
    if (!p.quotes.includes(e.quote)) p.quotes.push(e.quote);
    if (e.start !== null && (p.start === null || e.start < p.start)) p.start = e.start;
    if (e.end !== null && (p.end === null || e.end > p.end)) p.end = e.end;
  }
  return [...out.values()].sort((a, b) => (a.start ?? a.segment) - (b.start ?? b.segment));
}

/** Which older version the changes of version n are told against: the last one the employee has looked into, else the one
 * before; undefined for the first. */
export function comparedWith(n: number, versions: readonly { version: number; opened: readonly string[] }[]): number | undefined {
  if (n <= 1) return undefined;
  const seen = versions.filter((v) => v.version < n && v.opened.length > 0).map((v) => v.version);
  return seen.length > 0 ? Math.max(...seen) : n - 1;
}
