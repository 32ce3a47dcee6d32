package voice_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"kikigaki/internal/interview"
)

const rate = interview.SampleRate

// sound is PCM in memory: a voice.Source.
type sound [][]int16

func (s sound) Channels() int  { return len(s) }
func (s sound) Samples() int64 { return int64(len(s[0])) }
func (s sound) ReadAt(channel int, from int64, dst []int16) (int, error) {
	return copy(dst, s[channel][from:]), nil
}

// wave is one channel being made, full scale ±1.
type wave []float64

func silence(seconds float64) wave { return make(wave, int(seconds*rate)) }

func (w wave) seconds() float64 { return float64(len(w)) / rate }

func (w wave) gain(db float64) wave {
	out := make(wave, len(w))
	f := math.Pow(10, db/20)
	for i, v := range w {
		out[i] = f * v
	}
	return out
}

// plus adds x from second at on.
func (w wave) plus(x wave, at float64) wave {
	out := append(wave(nil), w...)
	k := int(at * rate)
	for i, v := range x {
		if k+i < len(out) {
			out[k+i] += v
		}
	}
	return out
}

func join(parts ...wave) wave {
	var out wave
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func (w wave) channel() []int16 {
	out := make([]int16, len(w))
	for i, v := range w {
		out[i] = int16(math.Round(max(-1, min(32767.0/32768, v)) * 32768))
	}
	return out
}

func (w wave) mono() sound { return sound{w.channel()} }

func (w wave) power() float64 {
	sum := 0.0
	for _, v := range w {
		sum += v * v
	}
	return sum / float64(max(1, len(w)))
}

// noise is Gaussian noise at a level in dBFS (RMS 1 is 0 dB), coloured by a one-pole low-pass: 0 is white, 0.99 rumbles.
func noise(seconds, level, pole float64, seed uint64) wave {
	random := rand.New(rand.NewPCG(seed, 7))
	w := silence(seconds)
	last := 0.0
	for i := range w {
		last = pole*last + random.NormFloat64()
		w[i] = last
	}
	return w.gain(level - 10*math.Log10(w.power()))
}

// tone is a sum of harmonics falling by 6 dB an octave, with attack and decay like a plucked string's.
func tone(seconds, hz, level float64, harmonics int, decay float64) wave {
	w := silence(seconds)
	for i := range w {
		t := float64(i) / rate
		envelope := math.Min(1, t/0.01) * math.Exp(-t*decay) * math.Min(1, (seconds-t)/0.01)
		for h := 1; h <= harmonics; h++ {
			if f := hz * float64(h); f < rate/2 {
				w[i] += envelope * math.Sin(2*math.Pi*f*t) / float64(h)
			}
		}
	}
	return w.gain(level)
}

// music is hold music: chords of four notes, half a second to a second each, with a melody above.
func music(seconds, level float64) wave {
	chords := [][]float64{{130.8, 196, 261.6, 329.6}, {174.6, 220, 261.6, 349.2}, {196, 246.9, 293.7, 392}, {146.8, 220, 293.7, 349.2}}
	w := silence(seconds)
	for k := 0; float64(k) < seconds; k++ {
		for _, f := range chords[k%len(chords)] {
			w = w.plus(tone(1, f, 0, 5, 1.5), float64(k))
		}
		for m := range 2 {
			w = w.plus(tone(0.5, 2*chords[k%len(chords)][(k+m)%4], 3, 4, 2), float64(k)+0.5*float64(m))
		}
	}
	return w.gain(level - 10*math.Log10(w.power()))
}

// breathing is band-limited noise that swells for 1.2 s every 4 s over faint hiss.
func breathing(seconds, level float64) wave {
	w := noise(seconds, -70, 0, 3)
	b := noise(seconds, level, 0.6, 4)
	for i := range w {
		t := math.Mod(float64(i)/rate, 4)
		if t < 1.2 {
			w[i] += b[i] * math.Pow(math.Sin(math.Pi*t/1.2), 2)
		}
	}
	return w
}

// clicks are keys struck three times a second: 8 ms of noise that dies away.
func clicks(seconds, level float64) wave {
	w := noise(seconds, -70, 0, 5)
	random := rand.New(rand.NewPCG(9, 9))
	for at := 0.3; at < seconds-0.1; at += 0.2 + 0.3*random.Float64() {
		k := noise(0.03, level, 0.2, uint64(at*1000))
		for i := range k {
			k[i] *= math.Exp(-float64(i) / (0.008 * rate))
		}
		w = w.plus(k, at)
	}
	return w
}

// decode reads a file to mono or stereo PCM with ffmpeg.
func decode(t testing.TB, path string, channels int, args ...string) sound {
	t.Helper()
	all := append(append([]string{"-v", "error"}, args...), "-i", path, "-ac", strconv.Itoa(channels), "-ar", strconv.Itoa(rate), "-f", "s16le", "-")
	cmd := exec.CommandContext(t.Context(), "ffmpeg", all...)
	var problem bytes.Buffer
	cmd.Stderr = &problem
	raw, err := cmd.Output()
	if err != nil {
		t.Fatalf("ffmpeg (Debian package ffmpeg) cannot decode %s: %v: %s", path, err, problem.String())
	}
	s := make(sound, channels)
	for ch := range s {
		s[ch] = make([]int16, len(raw)/2/channels)
		for i := range s[ch] {
			at := 2 * (i*channels + ch)
			s[ch][i] = int16(uint16(raw[at]) | uint16(raw[at+1])<<8)
		}
	}
	return s
}

func real(t testing.TB, name string) sound {
	t.Helper()
	return decode(t, filepath.Join("..", "..", "testdata", "samples", "real", name), 1)
}

// say speaks a text with a flite voice (kal16, slt, rms, awb) and returns the sound without the silence around it.
func say(t testing.TB, voice, text string) wave {
	t.Helper()
	path := filepath.Join(t.TempDir(), "say.wav")
	if out, err := exec.CommandContext(t.Context(), "flite", "-voice", voice, "-t", text, "-o", path).CombinedOutput(); err != nil {
		t.Fatalf("flite (Debian package flite) cannot speak: %v: %s", err, out)
	}
	s := decode(t, path, 1)[0]
	from, to := 0, len(s)
	for from < to && s[from] < 200 && s[from] > -200 {
		from++
	}
	for to > from && s[to-1] < 200 && s[to-1] > -200 {
		to--
	}
	w := make(wave, to-from)
	for i, v := range s[from:to] {
		w[i] = float64(v) / 32768
	}
	return w.gain(-20 - 10*math.Log10(w.power()))
}

// lines are sentences to speak, of different length.
var lines = []string{
	"Thank you for coming today, how have you been since we last talked",
	"I have been well, although the last project was longer than we had planned",
	"Which part of it took the most of your time",
	"Mostly the meetings with the supplier, because nobody had written down what we had agreed",
	"And what would you like to do in the coming year",
	"I would like to lead a small team, and to learn more about purchasing",
	"Is there anything that worries you about that",
	"A little, I have never had to speak in front of many people",
	"We could look for a course that helps with that, let me ask until next Friday",
	"That would be good, thank you, I will send you my notes tomorrow",
}

// talk alternates the lines between two voices with pauses, over faint hiss, and returns the sound with its turns.
func talk(t testing.TB, a, b string, n int) (wave, []interview.Turn) {
	t.Helper()
	var parts []wave
	var turns []interview.Turn
	at := 0.6
	parts = append(parts, silence(at))
	for i := range n {
		voice := []string{a, b}[i%2]
		w := say(t, voice, lines[i%len(lines)])
		turns = append(turns, interview.Turn{Speaker: voice, Start: at, End: at + w.seconds()})
		pause := 0.3 + 0.1*float64(i%5)
		parts = append(parts, w, silence(pause))
		at += w.seconds() + pause
	}
	w := join(parts...)
	return w.plus(noise(w.seconds(), -65, 0, 11), 0), turns
}

func TestMain(m *testing.M) {
	for _, tool := range []string{"ffmpeg", "flite"} {
		if _, err := exec.LookPath(tool); err != nil {
			fmt.Fprintf(os.Stderr, "these tests need %s (Debian package of the same name): %v\n", tool, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// telephone sends w through 8 kHz µ-law and back.
func telephone(t testing.TB, w wave) sound {
	t.Helper()
	path := filepath.Join(t.TempDir(), "law.wav")
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "s16le", "-ar", strconv.Itoa(rate), "-ac", "1", "-i", "-", "-ar", "8000", "-c:a", "pcm_mulaw", path)
	var raw bytes.Buffer
	for _, v := range w.channel() {
		raw.Write([]byte{byte(uint16(v)), byte(uint16(v) >> 8)})
	}
	cmd.Stdin = &raw
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg cannot encode: %v: %s", err, out)
	}
	return decode(t, path, 1)
}
