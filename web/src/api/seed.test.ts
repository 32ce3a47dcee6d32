// @vitest-environment jsdom
import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { keys } from "./keys";
import { plant, seededLanguage, takeSeeds } from "./seed";

const id = "01m8a793wc0w56w9apv9j7rp4x";
const page = (data: string) => new DOMParser().parseFromString(`<!doctype html><body><div id="root"></div><script type="application/json" id="seed">${data}</script></body>`, "text/html");

it("takes the answers out of the page, once", () => {
  const doc = page('[{"path":"/v1/me","body":{"person":{"language":"en"}}}]');
  const seeds = takeSeeds(doc);
  expect(seededLanguage(seeds)).toBe("en");
  expect(doc.getElementById("seed")).toBeNull();
  expect(takeSeeds(doc)).toEqual([]);
  expect(seededLanguage([])).toBeUndefined();
});

it("does without what broke off on the way", () => {
  expect(takeSeeds(page('[{"path":"/v1/me","bo'))).toEqual([]);
  expect(takeSeeds(page(""))).toEqual([]);
});

it("puts each answer where the app looks for it", () => {
  const cache = new QueryClient();
  plant(cache, [
    { path: "/v1/me", body: { person: { id: "p" } } },
    { path: "/v1/interviews?scope=mine&limit=200", body: { items: [{ id }], next_cursor: null } },
    { path: `/v1/interviews/${id}`, etag: '"t1"', body: { id } },
    { path: `/v1/interviews/${id}/drafts/3`, body: { version: 3 } },
    { path: `/v1/interviews/${id}/drafts`, body: { items: [{ version: 3 }] } },
    { path: `/v1/interviews/${id}/comments`, body: { items: [] } },
    { path: `/v1/interviews/${id}/reads`, body: { items: [] } },
  ]);
  expect(cache.getQueryData(keys.me)).toEqual({ person: { id: "p" } });
  expect(cache.getQueryData(keys.interviews({ scope: "mine" }))).toEqual([{ id }]);
  expect(cache.getQueryData(keys.interview(id))).toEqual({ value: { id }, tag: '"t1"' });
  expect(cache.getQueryData(keys.draft(id, 3))).toEqual({ version: 3 });
  expect(cache.getQueryData(keys.versions(id))).toEqual([{ version: 3 }]);
  expect(cache.getQueryData(keys.comments(id))).toEqual([]);
  expect(cache.getQueryCache().getAll()).toHaveLength(6);
});

it("leaves a list that goes on to be read whole", () => {
  const cache = new QueryClient();
  plant(cache, [{ path: "/v1/interviews?scope=mine&limit=200", body: { items: [{ id }], next_cursor: "next" } }]);
  expect(cache.getQueryData(keys.interviews({ scope: "mine" }))).toBeUndefined();
});
