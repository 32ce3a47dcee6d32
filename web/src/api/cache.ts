import { QueryClient } from "@tanstack/react-query";
import { mayRetry } from "./problem";

/** What is known of the server's answers. A refusal is final; an absent server is asked again, slower each time. */
export function newCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 10_000, refetchOnWindowFocus: true, retry: (n, err) => n < 4 && mayRetry(err), retryDelay: (n) => Math.min(15_000, 800 * 2 ** n) },
      mutations: { retry: false },
    },
  });
}
