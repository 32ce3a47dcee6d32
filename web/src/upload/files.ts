const recordings = /\.(m4a|mp4|mp3|wav|webm|ogg|oga|opus|flac|aac|mov|mkv|wma|amr|3gp|avi|m4v|caf|aiff?|mpe?g)$/i;
const captions = /\.(vtt|srt|sbv|txt|json|docx)$/i;

/** What the file picker offers. */
export const accept = "audio/*,video/*,.m4a,.mkv,.vtt,.srt,.sbv,.txt,.json,.docx";

export type Kind = "recording" | "captions";

/** What a file is by its name or its type; undefined for neither. */
export function kindOf(file: { name: string; type: string }): Kind | undefined {
  if (captions.test(file.name)) return "captions";
  if (recordings.test(file.name) || /^(audio|video)\//.test(file.type)) return "recording";
  return undefined;
}

/** The name under which a recording and its captions meet: without ending, without what meeting programs add
 * (x.transcript.vtt, x.ja.srt), in one form of writing. */
export function stem(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\.[^.]+$/, "")
    .replace(/([._ -](transcript|captions?|subtitles?|cc|ja|en|ja-jp|en-us))+$/, "")
    .trim();
}

/** A size as people read it: 0.4 MB, 412 MB, 1.2 GB. */
export function sizeText(bytes: number): string {
  const mb = bytes / 1_000_000;
  if (mb >= 1000) return `${(mb / 1000).toFixed(1)} GB`;
  return mb >= 10 ? `${Math.round(mb)} MB` : `${Math.max(0.1, mb).toFixed(1)} MB`;
}
