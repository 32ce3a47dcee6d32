import type { QueryClient } from "@tanstack/react-query";
import type { Schemas } from "./client";
import { keys } from "./keys";

/** An answer that came with the page; see the server's seed.go. */
interface Seed {
  path: string;
  etag?: string;
  body: unknown;
}

/** Takes the answers out of the page. They are used once: a later look asks the server. */
export function takeSeeds(page: Document = document): Seed[] {
  const el = page.getElementById("seed");
  if (!el?.textContent) return [];
  el.remove();
  try {
    return JSON.parse(el.textContent) as Seed[];
  } catch {
    return []; // broken off on the way: everything is asked for as ever
  }
}

/** The language of the account that the page came for; undefined when nobody is signed in. */
export function seededLanguage(seeds: readonly Seed[]): string | undefined {
  return (seeds.find((s) => s.path === "/v1/me")?.body as Schemas["Me"] | undefined)?.person.language;
}

/** Puts the answers where the app looks for them. */
export function plant(cache: QueryClient, seeds: readonly Seed[]) {
  for (const { path, etag, body } of seeds) {
    if (path === "/v1/me") cache.setQueryData(keys.me, body);
    const list = body as { items: unknown[]; next_cursor?: string | null };
    if (path.startsWith("/v1/interviews?scope=mine") && !list.next_cursor) cache.setQueryData(keys.interviews({ scope: "mine" }), list.items);
    const [, id = "", rest = ""] = /^\/v1\/interviews\/([0-9a-z]+)(?:\/(.+))?$/.exec(path) ?? [];
    if (id === "") continue;
    const draft = /^drafts\/(\d+)$/.exec(rest)?.[1];
    if (rest === "") cache.setQueryData(keys.interview(id), { value: body, tag: etag ?? "*" });
    else if (draft) cache.setQueryData(keys.draft(id, Number(draft)), body);
    else if (rest === "drafts") cache.setQueryData(keys.versions(id), list.items);
    else if (rest === "comments") cache.setQueryData(keys.comments(id), list.items);
  }
}
