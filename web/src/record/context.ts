import { createContext, useContext } from "react";
import type { Action, Schemas } from "../api/client";
import type { Player } from "./player";

/** What the parts of an interview's page share. */
export interface Here {
  id: string;
  interview: Schemas["Interview"];
  tag: string;
  player: Player;
  may: (action: Action) => boolean;
  /** The statement whose words were played or chosen last; the transcript shows its quotes. */
  now: string;
  setNow: (statement: string) => void;
  /** Segments to be tinted, by their id. */
  quoted: ReadonlyMap<number, readonly string[]>;
  setQuoted: (q: ReadonlyMap<number, readonly string[]>) => void;
  /** Who said each segment of the transcript; empty before it is there. */
  speakers: ReadonlyMap<number, Schemas["Transcript"]["speakers"][number]>;
  /** Which statements stand on a segment; the record fills it. */
  standing: { current: ReadonlyMap<number, readonly string[]> };
}

export const HereContext = createContext<Here | undefined>(undefined);

export function useHere(): Here {
  const here = useContext(HereContext);
  if (!here) throw new Error("useHere outside of an interview");
  return here;
}
