import { useMemo } from "react";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { useTranscript } from "./data";

/** Who said a segment, by name where it is known. */
export function useSpeakers(): (segment: number, call?: (name: string) => string) => string {
  const { t } = useTexts();
  const { id, interview, may } = useHere();
  const transcript = useTranscript(id, may("hear") ? interview.transcript : 0).data?.value;
  return useMemo(() => {
    const roles = new Map(transcript?.speakers.map((s) => [s.label, s]));
    const by = new Map(transcript?.segments.map((s) => [s.id, s.speaker]));
    return (segment, call = (n) => n) => {
      const s = roles.get(by.get(segment) ?? "");
      if (!s) return "";
      if (s.role === "employee") return call(interview.employee.name);
      if (s.role === "interviewer") return call(interview.interviewer.name);
      return s.name ? call(s.name) : t(`common:part.${s.role || "unknown"}`);
    };
  }, [transcript, interview.employee.name, interview.interviewer.name, t]);
}
