import { send } from "../api/client";
import { putFile } from "./putFile";

const captions = /\.(vtt|srt|sbv|txt|json|docx)$/i;

/** Hands in a recording, captions or both. Captions go first and wait for the recording, so that nothing is transcribed that
 * is already written. */
export async function handIn(interview: string, files: readonly File[], progress: (share: number) => void): Promise<void> {
  const words = files.filter((f) => captions.test(f.name));
  const sound = files.filter((f) => !captions.test(f.name));
  const base = `/v1/interviews/${encodeURIComponent(interview)}`;
  for (const f of words) {
    await send(`${base}/captions?name=${encodeURIComponent(f.name)}${sound.length > 0 ? "&wait=1" : ""}`, { method: "PUT", body: f, headers: { "Content-Type": "application/octet-stream" } });
  }
  for (const f of sound) {
    progress(0);
    await putFile(`${base}/recording?name=${encodeURIComponent(f.name)}`, f, progress);
  }
}
