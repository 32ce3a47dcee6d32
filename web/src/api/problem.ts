import type { components } from "./types";

type Body = components["schemas"]["Problem"];

/** An answer that says no, as RFC 9457 tells it. `code` is stable; `detail` is the sentence for people, in their language. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly state: string | undefined;
  readonly fields: readonly { name: string; code: string }[];
  readonly requestId: string | undefined;

  constructor(status: number, body: Partial<Body>) {
    super(body.code ?? `http_${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? `http_${status}`;
    this.detail = body.detail ?? "";
    this.state = body.state;
    this.fields = body.fields ?? [];
    this.requestId = body.request_id;
  }
}

/** No answer at all: the connection or the server is away. Nothing is known about what the call did. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("unreachable", { cause });
    this.name = "Unreachable";
  }
}

/** True when err is a Problem with one of these codes. */
export function isProblem(err: unknown, ...codes: string[]): err is Problem {
  return err instanceof Problem && (codes.length === 0 || codes.includes(err.code));
}

/** Whether asking again by itself may help: the server was away or said so. */
export function mayRetry(err: unknown): boolean {
  return err instanceof Unreachable || (err instanceof Problem && (err.status >= 502 || err.status === 429));
}
