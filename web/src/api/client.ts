import createClient, { type Middleware } from "openapi-fetch";
import { Problem, Unreachable } from "./problem";
import type { components, paths } from "./types";

export type Schemas = components["schemas"];
/** What the rights table knows of; see the API's `can`. */
export type Action = Schemas["Interview"]["can"][number];

/** The language answers come in; the session sets it. */
let language = "ja";
export function speak(lang: string) {
  language = lang;
}

// Whether the server answered the last call: pages say it once, above everything, instead of each part for itself.
let reached = true;
const watchers = new Set<() => void>();
function reach(now: boolean) {
  if (now === reached) return;
  reached = now;
  for (const w of watchers) w();
}
export const reachable = {
  now: () => reached,
  subscribe: (fn: () => void) => {
    watchers.add(fn);
    return () => void watchers.delete(fn);
  },
};

let signedOut: (() => void) | undefined;
/** Calls fn when an answer says that the session is over. */
export function onSignedOut(fn: () => void) {
  signedOut = fn;
}

/** fetch to our own server: with the session cookie, in the person's language, errors as Problem or Unreachable. The
 * browser's Sec-Fetch-Site and Origin headers, which a script cannot set, are what the server checks against cross-site calls. */
export async function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(input, { credentials: "same-origin", redirect: "error", ...init });
  } catch (err) {
    if (init?.signal?.aborted || (err instanceof DOMException && err.name === "AbortError")) throw err;
    reach(false);
    throw new Unreachable(err);
  }
  reach(true);
  if (answer.ok) return answer;
  const body: unknown = await answer.json().catch(() => ({}));
  const problem = new Problem(answer.status, typeof body === "object" && body !== null ? body : {});
  if (problem.code === "sign_in_required") signedOut?.();
  throw problem;
}

const spoken: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", language);
    return request;
  },
};

/** The typed client: `api.GET("/v1/interviews/{id}", { params: { path: { id } } })`. A refusal is thrown as a Problem. */
export const api = createClient<paths>({ baseUrl: "/", fetch: (request) => send(request) });
api.use(spoken);

/** The body of a typed answer; `send` has thrown before if there is none. */
export async function body<T>(call: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data } = await call;
  return data as T;
}

/** Body and ETag of a document that changes, for a later If-Match. */
export async function tagged<T>(call: Promise<{ data?: T; response: Response }>): Promise<{ value: T; tag: string }> {
  const { data, response } = await call;
  return { value: data as T, tag: response.headers.get("ETag") ?? "*" };
}

/** A key under which an unsafe call is done at most once, however often it is sent again. */
export function onceKey(): string {
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

/** Headers of an unsafe call: do it once, on what was seen. */
export function heads(options: { once?: string; ifMatch?: string }): Record<string, string> {
  const out: Record<string, string> = {};
  if (options.once) out["Idempotency-Key"] = options.once;
  if (options.ifMatch) out["If-Match"] = options.ifMatch;
  return out;
}
