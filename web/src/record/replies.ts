import { useMutation } from "@tanstack/react-query";
import { api, body } from "../api/client";
import { useHere } from "./context";
import { get, set } from "./kept";
import type { Comment, Thread } from "./review";

/** Where the words of an answer lie until they are sent; see Words. */
export const answerKey = (interview: string, statement: string) => `comment:${interview}:${statement}`;

/** The remark that a thread owes an answer to: the employee's last open one. */
export function owedTo(t: Thread): Comment | undefined {
  return t.owed ? [...t.comments].reverse().find((c) => !c.mine && !c.resolved) ?? t.comments[t.comments.length - 1] : undefined;
}

/** Drafts answers into the fields of the given threads and opens them. Nothing is sent; what somebody has written already is
 * left alone. Answers how many fields were filled and for how many there was nothing to say. */
export function useReplies() {
  const { id } = useHere();
  return useMutation({
    mutationFn: async (threads: readonly Thread[]) => {
      let filled = 0;
      let nothing = 0;
      for (const t of threads) {
        const c = owedTo(t);
        if (!c) continue;
        const key = answerKey(id, t.statement);
        if (get(key) === "") {
          const r = await body(api.GET("/v1/interviews/{id}/comments/{comment}/reply", { params: { path: { id, comment: c.id } } }));
          if (!r.text) {
            nothing++;
            continue;
          }
          set(key, r.text);
        }
        filled++;
        document.querySelector<HTMLButtonElement>(`[id="st-${t.statement}"] [data-answer="reply"]`)?.click();
      }
      return { filled, nothing };
    },
  });
}
