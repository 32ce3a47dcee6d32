import { Problem, Unreachable } from "../api/problem";

/** Sends a file in one request and tells how much has gone, 0 to 1. fetch cannot tell that, XMLHttpRequest can. */
export function putFile(url: string, file: Blob, progress: (share: number) => void): Promise<void> {
  return new Promise((done, fail) => {
    const x = new XMLHttpRequest();
    x.open("PUT", url);
    x.responseType = "json";
    x.setRequestHeader("Content-Type", "application/octet-stream");
    x.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total);
    x.onload = () => {
      if (x.status < 300) done();
      else fail(new Problem(x.status, typeof x.response === "object" && x.response !== null ? (x.response as object) : {}));
    };
    x.onerror = () => fail(new Unreachable(undefined));
    x.send(file);
  });
}
