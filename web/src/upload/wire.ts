import { api, body, heads, onceKey, type Schemas } from "../api/client";
import { Problem, Unreachable } from "../api/problem";

/** What the uploader needs of the outer world; the tests put a network of their own in its place. */
export interface Wire {
  start(interview: string, what: Schemas["UploadStart"], signal: AbortSignal): Promise<Schemas["Upload"]>;
  look(interview: string, upload: string, signal: AbortSignal): Promise<Schemas["Upload"]>;
  urls(interview: string, upload: string, numbers: number[], signal: AbortSignal): Promise<Schemas["PartURLs"]>;
  /** Sends one part. Throws a Problem for an answer that is not 2xx, Unreachable when none came. */
  put(url: string, part: Blob, signal: AbortSignal, sent: (bytes: number) => void): Promise<void>;
  complete(interview: string, upload: string, signal: AbortSignal): Promise<void>;
  giveUp(interview: string, upload: string): Promise<void>;
  /** Waits until another try makes sense: for the time, or until the connection is back. */
  rest(ms: number, signal: AbortSignal): Promise<void>;
}

/** A part that stands still for so long is given up and sent again. */
const idle = 45_000;

/** The browser's own network. */
export function browserWire(): Wire {
  const path = (id: string, upload: string) => ({ params: { path: { id, upload } } });
  return {
    start: (id, what, signal) => body(api.POST("/v1/interviews/{id}/uploads", { params: { path: { id } }, body: what, headers: heads({ once: onceKey() }), signal })),
    look: (id, upload, signal) => body(api.GET("/v1/interviews/{id}/uploads/{upload}", { ...path(id, upload), signal })),
    urls: (id, upload, numbers, signal) => body(api.POST("/v1/interviews/{id}/uploads/{upload}/parts", { ...path(id, upload), body: { numbers }, signal })),
    put: putPart,
    complete: async (id, upload, signal) => void (await body(api.POST("/v1/interviews/{id}/uploads/{upload}/complete", { ...path(id, upload), signal }))),
    giveUp: async (id, upload) => void (await body(api.DELETE("/v1/interviews/{id}/uploads/{upload}", path(id, upload)))),
    rest,
  };
}

/** PUT with its progress, which fetch cannot tell and XMLHttpRequest can. The slice of a file goes from the disk to the
 * network without passing through the page's memory. */
export function putPart(url: string, part: Blob, signal: AbortSignal, sent: (bytes: number) => void): Promise<void> {
  return new Promise((done, fail) => {
    const x = new XMLHttpRequest();
    let watch: ReturnType<typeof setTimeout> | undefined;
    const stir = () => {
      clearTimeout(watch);
      watch = setTimeout(() => x.abort(), idle);
    };
    const end = (settle: () => void) => {
      clearTimeout(watch);
      signal.removeEventListener("abort", stop);
      settle();
    };
    const stop = () => x.abort();
    x.open("PUT", url);
    x.upload.onprogress = (e) => {
      stir();
      sent(e.loaded);
    };
    x.onload = () => end(() => (x.status >= 200 && x.status < 300 ? done() : fail(new Problem(x.status, {}))));
    x.onerror = () => end(() => fail(new Unreachable(undefined)));
    x.onabort = () => end(() => fail(signal.aborted ? (signal.reason as Error) : new Unreachable(undefined)));
    if (signal.aborted) return fail(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    stir();
    x.send(part);
  });
}

/** Waits ms; with the connection away, until it is back (the browser is asked again each half minute: its word for
 * "online" is not to be relied on). */
function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const timer = setTimeout(go, navigator.onLine ? ms : 30_000);
    function end() {
      clearTimeout(timer);
      window.removeEventListener("online", go);
      signal.removeEventListener("abort", stop);
    }
    function go() {
      end();
      done();
    }
    function stop() {
      end();
      fail(signal.reason as Error);
    }
    if (signal.aborted) return stop();
    window.addEventListener("online", go);
    signal.addEventListener("abort", stop, { once: true });
  });
}
