import { api, body, heads, type Schemas, send } from "../../api/client";
import { browserWire, type Wire } from "../../upload/wire";

/** What the desk asks of the server; tests put their own in its place. */
export interface Office {
  wire: Wire;
  people(words: string): Promise<Schemas["Account"][]>;
  /** Interviews of the caller with that employee that still wait for a recording. */
  waiting(employee: string): Promise<Schemas["Interview"][]>;
  interview(id: string): Promise<Schemas["Interview"]>;
  open(what: Schemas["Opening"], once: string): Promise<Schemas["Interview"]>;
  change(id: string, what: Schemas["Change"]): Promise<Schemas["Interview"]>;
  captions(id: string, file: File, alone: boolean): Promise<void>;
}

export function serverOffice(): Office {
  const at = (id: string) => ({ params: { path: { id } } });
  return {
    wire: browserWire(),
    people: async (text) => (await body(api.POST("/v1/users/search", { body: { text, limit: 20 } }))).items,
    waiting: async (employee) => (await body(api.GET("/v1/interviews", { params: { query: { scope: "mine", employee, status: ["needs_consent", "awaiting_recording"], limit: 50 } } }))).items.filter((x) => x.relation === "interviewer" && x.can.includes("upload") && !x.by_hand),
    interview: (id) => body(api.GET("/v1/interviews/{id}", at(id))),
    // The body of an opening may be a form too; its type in the document is that of both.
    open: async (what, once) => (await body(api.POST("/v1/interviews", { body: what, headers: heads({ once }) }))) as Schemas["Interview"],
    change: (id, what) => body(api.PATCH("/v1/interviews/{id}", { ...at(id), body: what })),
    captions: async (id, file, alone) => void (await send(`/v1/interviews/${encodeURIComponent(id)}/captions?name=${encodeURIComponent(file.name)}${alone ? "" : "&wait=1"}`, { method: "PUT", body: file, headers: { "Content-Type": "application/octet-stream" } })),
  };
}
