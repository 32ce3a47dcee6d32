// A mail server that keeps what it is given, so that people of a test can read their mail.
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

/** Opens one on a free port. `url` is what SMTP_URL wants. */
export async function openMailbox() {
  const mails = [];
  const waiting = new Set();
  const server = new SMTPServer({
    authOptional: true, disabledCommands: ["STARTTLS", "AUTH"], disableReverseLookup: true,
    onData(stream, session, done) {
      const parts = [];
      stream.on("data", (b) => parts.push(b));
      stream.on("end", async () => {
        const mail = await PostalMime.parse(Buffer.concat(parts));
        mails.push({ to: session.envelope.rcptTo.map((r) => r.address), subject: mail.subject ?? "", text: mail.text ?? "", html: mail.html ?? "" });
        for (const look of [...waiting]) look();
        done();
      });
    },
  });
  await new Promise((done, fail) => {
    server.on("error", fail);
    server.listen(0, "127.0.0.1", done);
  });
  return {
    url: `smtp://127.0.0.1:${server.server.address().port}`,
    mails,
    /** The first mail to an address that has not been taken yet; it is taken. */
    async next(to, seconds = 20) {
      return new Promise((done, fail) => {
        const look = () => {
          const mail = mails.find((m) => !m.taken && m.to.includes(to));
          if (!mail) return;
          mail.taken = true;
          waiting.delete(look);
          clearTimeout(late);
          done(mail);
        };
        const late = setTimeout(() => {
          waiting.delete(look);
          fail(new Error(`no mail to ${to}; there are ${mails.map((m) => `${m.to}: ${m.subject}`).join(", ") || "none"}`));
        }, seconds * 1000);
        waiting.add(look);
        look();
      });
    },
    close: () => new Promise((done) => server.close(done)),
  };
}
