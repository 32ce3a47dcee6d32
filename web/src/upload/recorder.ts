import type { Tape, Tapes } from "./tapes";

/** What a recording in the browser tells while it runs. */
export interface Take {
  tape: Tape;
  seconds: number;
  /** 0 to 1, of the last tenth of a second. */
  level: number;
  /** A piece could not be kept on the disk: the recording is stopped, what was kept stays. */
  error?: unknown;
}

const pieceEvery = 5_000; // ms: at most so much is lost with the power
const kinds = ["audio/webm;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/ogg;codecs=opus"];

/** Records from the microphone, both voices as they are: no noise gate that would swallow the quiet one. */
export class Recorder {
  #media: MediaRecorder;
  #stream: MediaStream;
  #context: AudioContext;
  #meter: AnalyserNode;
  #timer: ReturnType<typeof setInterval>;
  #writing: Promise<void> = Promise.resolve();
  #n = 0;
  #lock: WakeLockSentinel | undefined;
  readonly #began = performance.now();
  readonly take: Take;

  /** Asks for the microphone; a refusal is thrown as the browser's DOMException. */
  static async begin(tapes: Tapes, person: string, changed: (t: Take) => void): Promise<Recorder> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: true } });
    try {
      const type = kinds.find((k) => MediaRecorder.isTypeSupported(k)) ?? "";
      const tape: Tape = { id: `${Date.now()}-${Math.random().toString(36).slice(2)}`, person, at: Date.now(), type: type.split(";")[0] ?? "audio/webm" };
      await tapes.begin(tape);
      return new Recorder(stream, type, tape, tapes, changed);
    } catch (err) {
      for (const t of stream.getTracks()) t.stop();
      throw err;
    }
  }

  private constructor(stream: MediaStream, type: string, tape: Tape, private readonly tapes: Tapes, private readonly changed: (t: Take) => void) {
    this.#stream = stream;
    this.take = { tape, seconds: 0, level: 0 };
    this.#context = new AudioContext();
    void this.#context.resume().catch(() => undefined); // the question for the microphone may have used up the press: it would begin asleep
    this.#meter = this.#context.createAnalyser();
    this.#meter.fftSize = 8192; // 0.17 s at 48 kHz: no sound falls between two looks, which are 0.1 s apart
    this.#context.createMediaStreamSource(stream).connect(this.#meter);
    this.#media = new MediaRecorder(stream, { ...(type ? { mimeType: type } : {}), audioBitsPerSecond: 64_000 });
    this.#media.ondataavailable = (e) => this.#keep(e.data);
    this.#media.start(pieceEvery);
    const wave = new Float32Array(this.#meter.fftSize);
    this.#timer = setInterval(() => {
      this.#meter.getFloatTimeDomainData(wave);
      this.take.level = level(wave);
      this.take.seconds = (performance.now() - this.#began) / 1000;
      this.changed(this.take);
    }, 100);
    for (const t of stream.getTracks()) t.onended = () => void this.stop(); // the microphone was pulled out
    void navigator.wakeLock?.request("screen").then((l) => (this.#lock = l)).catch(() => undefined); // a phone may fall asleep all the same
  }

  /** Ends the recording; resolves when its last piece is kept. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#media.state !== "inactive") {
      const last = new Promise<void>((done) => (this.#media.onstop = () => done()));
      this.#media.stop();
      await last;
    }
    await this.#writing;
    for (const t of this.#stream.getTracks()) t.stop();
    if (this.#context.state !== "closed") await this.#context.close();
    await this.#lock?.release();
  }

  #keep(data: Blob) {
    if (data.size === 0) return;
    const n = this.#n++;
    this.#writing = this.#writing.then(() => this.tapes.add(this.take.tape.id, n, data)).catch((err: unknown) => {
      if (this.take.error !== undefined) return;
      this.take.error = err;
      this.changed(this.take);
      if (this.#media.state !== "inactive") this.#media.stop();
    });
  }
}

/** Loudness for the eye: root mean square in decibels, -60 dB and below is 0, 0 dB is 1. */
export function level(wave: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < wave.length; i++) sum += (wave[i] ?? 0) ** 2;
  const db = 10 * Math.log10(sum / Math.max(1, wave.length) + 1e-12);
  return Math.min(1, Math.max(0, 1 + db / 60));
}
