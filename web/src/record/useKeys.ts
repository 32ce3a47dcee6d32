import { useEffect, useRef } from "react";
import { useMe } from "../session/session";
import { useHere } from "./context";
import { lead } from "./player";
import { placesOf } from "./edits";
import { places, stopsOf } from "./review";
import type { Review } from "./useReview";

/** Scrolls to a statement and gives it the focus. */
export function goTo(id: string) {
  const el = document.getElementById(`st-${id}`);
  if (!el) return;
  el.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  el.focus({ preventScroll: true });
}

/** The next of ids after the one that has the focus; the first when none has. */
export function nextOf(ids: readonly string[], order: readonly string[], current: string | undefined): string | undefined {
  if (ids.length === 0) return undefined;
  const at = current === undefined ? -1 : order.indexOf(current);
  return ids.find((id) => order.indexOf(id) > at) ?? ids[0];
}

/** Where the focus stands, as a statement's id. */
export function focused(): string | undefined {
  return document.activeElement?.closest<HTMLElement>("[data-statement]")?.dataset.statement;
}

/** Keys of the record. Off while somebody types, in dialogs, and with a modifier. */
export function useKeys(review: Review | undefined, help: () => void) {
  const { player, setNow, setQuoted } = useHere();
  const { keys_off: off } = useMe();
  const now = useRef({ review, help, off });
  now.current = { review, help, off };
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const target = e.target as HTMLElement;
      if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
      if (target.closest("input, textarea, select, [contenteditable], [role=dialog]") || document.querySelector("[role=dialog]")) return;
      const r = now.current.review;
      if (!r) return;
      if (now.current.off && /^[a-z?]$/i.test(e.key)) return; // single characters can be switched off (WCAG 2.1.4)
      const onControl = target.closest("button, a, summary") !== null;
      const order = [...placesOf(r.draft).keys()];
      const here = focused();
      const button = (answer: string) => document.querySelector<HTMLButtonElement>(`[id="st-${here ?? ""}"] [data-answer="${answer}"]`)?.click();
      switch (e.key) {
        case " ":
          if (onControl) return;
          player.toggle();
          break;
        case "ArrowLeft":
          player.skip(-5);
          break;
        case "ArrowRight":
          player.skip(5);
          break;
        case "j":
        case "k": {
          const at = here === undefined ? -1 : order.indexOf(here);
          const to = e.key === "j" ? at + 1 : at < 0 ? order.length - 1 : at - 1;
          const id = order[Math.min(order.length - 1, Math.max(0, to))];
          if (id) goTo(id);
          break;
        }
        case "u": {
          const id = nextOf(r.state.left, stopsOf(r.draft, r.threads), here);
          if (id !== undefined) goTo(id);
          else document.querySelector<HTMLButtonElement>(".decide .btn.primary")?.focus(); // nothing is left to look at: the decision
          break;
        }
        case "y":
          if (here !== undefined) button("yes");
          break;
        case "n":
          if (here !== undefined) button("no");
          break;
        case "c":
          if (here !== undefined) button("comment");
          break;
        case "e":
          if (here !== undefined) button("edit");
          break;
        case "Enter": {
          if (onControl || here === undefined) return;
          const st = placesOf(r.draft).get(here);
          const place = st && places(st.evidence)[0];
          if (!st || !place || place.start === null) return;
          setNow(st.id);
          setQuoted(new Map(places(st.evidence).map((p) => [p.segment, p.quotes])));
          player.play(place.start - lead, place.end ?? undefined, st.id, `${st.id}/${place.start}`);
          break;
        }
        case "?":
          now.current.help();
          break;
        default:
          return;
      }
      e.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [player, setNow, setQuoted]);
}
