/** The length of a recording in seconds, as far as this browser can tell; undefined for what it cannot play. Reads only the
 * file's head and tail. */
export function lengthOf(file: Blob): Promise<number | undefined> {
  return new Promise((done) => {
    const url = URL.createObjectURL(file);
    const el = document.createElement(file.type.startsWith("video/") ? "video" : "audio");
    const end = (seconds?: number) => {
      clearTimeout(timer);
      el.removeAttribute("src");
      el.load();
      URL.revokeObjectURL(url);
      done(seconds !== undefined && Number.isFinite(seconds) && seconds > 0 ? seconds : undefined);
    };
    const timer = setTimeout(() => end(), 8000);
    el.preload = "metadata";
    el.onloadedmetadata = () => end(el.duration);
    el.onerror = () => end();
    el.src = url;
  });
}
