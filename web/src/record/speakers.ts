import { useMemo } from "react";
import type { Schemas } from "../api/client";
import { useTexts } from "../texts/use";
import { useHere } from "./context";

type Speaker = Schemas["Transcript"]["speakers"][number];

/** Who said each segment, by its id. Made once for a page: a record asks for every quote. */
export function speakersOf(transcript: Schemas["Transcript"] | undefined): ReadonlyMap<number, Speaker> {
  const roles = new Map(transcript?.speakers.map((s) => [s.label, s]));
  const out = new Map<number, Speaker>();
  for (const s of transcript?.segments ?? []) {
    const who = roles.get(s.speaker);
    if (who) out.set(s.id, who);
  }
  return out;
}

/** Who said a segment, by name where it is known. */
export function useSpeakers(): (segment: number, call?: (name: string) => string) => string {
  const { t } = useTexts();
  const { interview, speakers } = useHere();
  return useMemo(() => (segment, call = (n) => n) => {
    const s = speakers.get(segment);
    if (!s) return "";
    if (s.role === "employee") return call(interview.employee.name);
    if (s.role === "interviewer") return call(interview.interviewer.name);
    return s.name ? call(s.name) : t(`common:part.${s.role || "unknown"}`);
  }, [speakers, interview.employee.name, interview.interviewer.name, t]);
}
