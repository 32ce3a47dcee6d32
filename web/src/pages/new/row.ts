import type { Schemas } from "../../api/client";
import type { Kind } from "../../upload/files";
import type { Sender } from "../../upload/sender";

/** What a person decides about a file. */
export interface Choice {
  employee?: { id: string; name: string; department?: string };
  day: string; // YYYY-MM-DD
  template: string;
  /** "" = as the template says. */
  processing: "" | "external" | "internal";
  /** Who speaks on the left and the right channel; "" = heard out by itself. */
  roles: "" | "interviewer_employee" | "employee_interviewer";
  speakers: 2 | 3;
  /** The employee agreed in words; only where the installation lets the interviewer say so. */
  attested: boolean;
  /** Put it into an interview of its own although one waits for a recording. */
  apart: boolean;
}

/** Why a file is not taken; told before anything is sent. */
export type Refusal = "empty" | "too_large" | "unknown_kind";

/** missing: the file must be chosen again after a reload. need: nobody knows whose it is. soon: it will start by itself in a
 * moment, the name was guessed. */
export type Phase = "refused" | "missing" | "need" | "soon" | "opening" | "sending" | "done" | "failed";

/** One file on its way to one interview. */
export interface Row {
  readonly key: string; // fingerprint
  readonly kind: Kind;
  readonly size: number;
  file?: File;
  captions?: File;
  refusal?: Refusal;
  seconds?: number;
  choice: Choice;
  /** The name came from the file's name; several people fit; nobody does. */
  guess: "" | "name" | "many" | "none";
  phase: Phase;
  error?: unknown;
  interview?: Schemas["Interview"];
  sender?: Sender;
  /** The fields are open. */
  editing: boolean;
  tape?: string; // a recording made here
}

/** Whether a person has to do something about a row. */
export function needsLook(r: Row): boolean {
  return r.phase === "need" || r.phase === "missing" || r.phase === "refused" || r.phase === "failed" || r.sender?.state === "failed";
}

/** Whether bytes are still to be sent. */
export function underWay(r: Row): boolean {
  return ["soon", "opening", "sending"].includes(r.phase) && r.sender?.state !== "failed" && r.sender?.state !== "done";
}

/** Of the interviews that wait for a recording, the one a file of that day belongs to: of the same day, else the nearest
 * within three days. */
export function belongs<X extends { recorded_on: string }>(day: string, waiting: readonly X[]): X | undefined {
  const distance = (x: X) => Math.abs(Date.parse(x.recorded_on) - Date.parse(day)) / 86_400_000;
  return [...waiting].sort((a, b) => distance(a) - distance(b)).find((x) => distance(x) <= 3);
}
