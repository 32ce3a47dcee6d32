import { useEffect, useMemo, useRef } from "react";
import WaveSurfer from "wavesurfer.js";
import { useTexts } from "../texts/use";
import { useHere } from "./context";
import { usePeaks, useTranscript } from "./data";
import { lanesOf } from "./lanes";

const bars = 150;

/** The outline of the recording, the interviewer above, the employee below; pressing it goes there. The sound itself is the
 * player's, not the drawing's. */
export default function Waves() {
  const { t } = useTexts("record");
  const { id, interview, player } = useHere();
  const box = useRef<HTMLDivElement>(null);
  const recording = interview.recording;
  const peaks = usePeaks(id, recording?.id).data;
  const transcript = useTranscript(id, interview.transcript).data?.value;
  const lanes = useMemo(() => {
    if (!peaks || !transcript) return undefined;
    const role = new Map(transcript.speakers.map((s) => [s.label, s.role as string]));
    const spoken = transcript.timed ? transcript.segments.filter((s) => !s.off_record).map((s) => ({ start: s.start, end: s.end, part: role.get(s.speaker) ?? "" })) : [];
    return lanesOf({ duration: peaks.duration, data: peaks.data.map((c) => c ?? []) }, recording?.channels ?? [], spoken, bars);
  }, [peaks, transcript, recording]);
  const duration = peaks?.duration ?? 0;
  useEffect(() => {
    if (!box.current || !lanes || duration <= 0) return;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const lane = (voice: string) => ({ waveColor: `color-mix(in srgb, ${colour(voice)} 42%, ${colour("--sunken")})`, progressColor: colour(voice) });
    // Canvas does not know color-mix everywhere; a resolved colour always works.
    const probe = document.createElement("i");
    box.current.append(probe);
    const resolved = (c: string) => {
      probe.style.color = c;
      return getComputedStyle(probe).color;
    };
    const channels = (["--voice-i", "--voice-e"] as const).map((v) => {
      const l = lane(v);
      return { waveColor: resolved(l.waveColor), progressColor: resolved(l.progressColor) };
    });
    const ink = resolved(colour("--ink"));
    probe.remove();
    const wave = WaveSurfer.create({
      container: box.current, height: 36, peaks: [lanes.interviewer, lanes.employee], duration, barWidth: 2, barGap: 1, barMinHeight: 1, cursorWidth: 1, cursorColor: ink,
      normalize: false, interact: true, splitChannels: channels,
    });
    const follow = () => wave.setTime(Math.min(player.state.position, duration));
    const stop = player.subscribe(follow);
    follow();
    wave.on("interaction", (to: number) => player.seek(to));
    return () => {
      stop();
      wave.destroy();
    };
  }, [lanes, duration, player]);
  return <div ref={box} className="wave-box" role="img" aria-label={t("record:player.wave")} />;
}
