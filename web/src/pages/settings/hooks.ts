import type { Schemas } from "../../api/client";

export type Hook = Schemas["Webhook"];
export type Delivery = Schemas["HookDelivery"];
export type EventName = NonNullable<Schemas["WebhookNewInBody"]["events"]>[number];

const told: Record<EventName, true> = { state: true, draft: true, comment: true, approved: true, failed: true, action_due: true }; // one that is missing does not compile

/** What an address can be told of, in the order in which it happens to an interview. */
export const events = Object.keys(told) as EventName[];

/** What an address asks for; none written down means all. */
export const wanted = (w: Pick<Hook, "events">): EventName[] => (w.events.length === 0 ? events : events.filter((e) => w.events.includes(e)));

/** Where sending to an address stands: stopped by the program, switched off by people, without success for a while, or well. */
export function standing(w: Pick<Hook, "active" | "stopped" | "failing_since">): "stopped" | "off" | "failing" | "on" {
  if (!w.active) return w.stopped ? "stopped" : "off";
  return w.failing_since ? "failing" : "on";
}

/** Where a delivery stands: `again` has failed and waits for its next try, `held` waits until the address is switched on. A test
 * is sent to an address that is switched off, too. */
export function phase(d: Pick<Delivery, "state" | "type" | "attempts">, active: boolean): "waiting" | "again" | "held" | "sending" | "sent" | "failed" {
  if (d.state !== "waiting") return d.state;
  if (!active && d.type !== "ping") return "held";
  return d.attempts > 0 ? "again" : "waiting";
}

const soon = 10_000; // ms

/** Milliseconds until the list is worth reading again; false while nothing in it can change by itself. */
export function readAgain(list: Pick<Delivery, "state" | "type" | "attempts" | "next_try">[], active: boolean, now: number): number | false {
  const moving = list.filter((d) => ["sending", "waiting", "again"].includes(phase(d, active)));
  if (moving.length === 0) return false;
  return moving.some((d) => d.state === "sending" || Date.parse(d.next_try) <= now + soon) ? 2000 : 30_000;
}

/** Codes whose words fit a list of what became of each try; the server's own also promise the next one. */
export const reasons = ["webhook_unreachable", "webhook_rejected", "webhook_gone", "webhook_secret_lost"] as const;
export const isReason = (code: string | undefined): code is (typeof reasons)[number] => (reasons as readonly (string | undefined)[]).includes(code);
