// A bad line: a TCP proxy between browser and program that is slow, cuts connections on which parts are being sent, and goes
// away as a whole. It counts what the browser sends towards the bucket.
import { connect, createServer } from "node:net";

/** Opens a line to `target` (http://host:port). `base` is where the browser goes. */
export async function badLine(target, { rate }) {
  const { hostname, port } = new URL(target);
  const open = new Set();
  const state = { cuts: 0, lanes: 0, sent: 0, every: 0, since: 0, down: false };
  let free = 0; // when the line is free again, ms
  const server = createServer((client) => {
    if (state.down) return client.destroy();
    const up = connect(Number(port), hostname);
    const link = { client, up, put: false };
    open.add(link);
    const end = () => {
      open.delete(link);
      client.destroy();
      up.destroy();
    };
    for (const s of [client, up]) s.on("error", end).on("close", end);
    up.pipe(client);
    client.on("data", (b) => {
      if (state.down) return end();
      // Without pipelining the head of a request begins a chunk.
      const head = b.subarray(0, 8).toString("latin1");
      if (/^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \//.test(head)) {
        link.put = /^PUT \/[a-z-]+\/interviews\//.test(b.subarray(0, 60).toString("latin1"));
        const body = b.indexOf("\r\n\r\n");
        if (link.put && body >= 0) state.sent -= body + 4; // the head is not part of the file
      }
      up.write(b);
      if (!link.put) return;
      state.sent += b.length;
      state.since += b.length;
      if (state.every && state.since >= state.every) {
        state.since = 0;
        state.cuts++;
        // Every sixth time the whole line goes, else this one connection.
        for (const l of state.cuts % 6 === 0 ? [...open] : [link]) {
          if (!l.put) continue;
          state.lanes++;
          l.client.resetAndDestroy();
          l.up.destroy();
          open.delete(l);
        }
        return;
      }
      free = Math.max(free, Date.now()) + (b.length / rate) * 1000;
      const wait = free - Date.now();
      if (wait > 4) {
        client.pause();
        setTimeout(() => client.resume(), wait);
      }
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    get cuts() { return state.cuts; },
    get lanes() { return state.lanes; },
    get sent() { return state.sent; },
    cutEvery(bytes) { state.every = bytes; },
    /** The other end is gone: what is open is cut, nothing is taken. */
    away() {
      state.down = true;
      for (const l of [...open]) {
        if (l.put) state.lanes++;
        l.client.resetAndDestroy();
        l.up.destroy();
      }
      open.clear();
    },
    back() { state.down = false; },
    close() {
      server.close();
      for (const l of open) l.client.destroy();
    },
  };
}
