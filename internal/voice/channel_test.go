package voice_test

import (
	"errors"
	"strings"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/voice"
	"kikigaki/internal/voice/der"
)

// sides puts the turns of the first voice on the left and of the second on the right, each with its own hiss.
func sides(w wave, turns []interview.Turn) (left, right wave) {
	left, right = noise(w.seconds(), -65, 0, 21), noise(w.seconds(), -65, 0, 22)
	for _, turn := range turns {
		part := w[int(turn.Start*rate):int(turn.End*rate)]
		if turn.Speaker == turns[0].Speaker {
			left = left.plus(part, turn.Start)
		} else {
			right = right.plus(part, turn.Start)
		}
	}
	return left, right
}

func scale(w wave, f float64) wave {
	out := make(wave, len(w))
	for i, v := range w {
		out[i] = f * v
	}
	return out
}

func TestLayouts(t *testing.T) {
	t.Parallel()
	w, turns := talk(t, "slt", "rms", 6)
	left, right := sides(w, turns)
	n := w.seconds()
	late := func(x wave) wave { return silence(n).plus(x, 0.002) }
	for _, c := range []struct {
		name  string
		s     sound
		want  interview.Layout
		exact bool // turns must be right
	}{
		{"one channel", w.mono(), interview.Mono, false},
		{"twice the same", sound{w.channel(), w.channel()}, interview.DualMono, false},
		{"right 12 dB lower", sound{w.channel(), w.gain(-12).channel()}, interview.DualMono, false},
		{"own noise at 30 dB", sound{w.plus(noise(n, -50, 0, 1), 0).channel(), w.plus(noise(n, -50, 0, 2), 0).channel()}, interview.DualMono, false},
		{"inverted", sound{w.channel(), scale(w, -1).channel()}, interview.Inverted, false},
		{"inverted and lower", sound{w.channel(), scale(w, -0.3).channel()}, interview.Inverted, false},
		{"right empty", sound{w.channel(), silence(n).channel()}, interview.OneSided, false},
		{"left empty", sound{silence(n).channel(), w.channel()}, interview.OneSided, false},
		{"left hisses", sound{noise(n, -60, 0, 3).channel(), w.channel()}, interview.OneSided, false},
		{"left is crosstalk at -50 dB", sound{w.gain(-50).channel(), w.channel()}, interview.OneSided, false},
		{"grey zone 0.94", sound{w.channel(), w.plus(noise(n, -28.5, 0.3, 4), 0).channel()}, interview.Mono, false},
		{"a copy in noise", sound{w.channel(), w.gain(-10).plus(noise(n, -33, 0.3, 5), 0).channel()}, interview.Mono, false},
		{"nothing on either", sound{silence(5).channel(), silence(5).channel()}, interview.DualMono, false},
		{"one voice a side", sound{left.channel(), right.channel()}, interview.TwoChannel, true},
		{"one voice a side, right 20 dB lower", sound{left.channel(), right.gain(-20).channel()}, interview.TwoChannel, true},
		{"bleed at -20 dB", sound{left.plus(late(right).gain(-20), 0).channel(), right.plus(late(left).gain(-20), 0).channel()}, interview.TwoChannel, true},
		{"bleed at -10 dB", sound{left.plus(late(right).gain(-10), 0).channel(), right.plus(late(left).gain(-10), 0).channel()}, interview.TwoChannel, true},
		{"electric bleed at -15 dB", sound{left.plus(right.gain(-15), 0).channel(), right.plus(left.gain(-15), 0).channel()}, interview.TwoChannel, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			heard := hear(t, c.s, voice.Options{Turns: c.exact})
			if heard.Layout != c.want {
				t.Fatalf("layout %s (correlation %.3f), want %s", heard.Layout, heard.Channels[len(heard.Channels)-1].Correlation, c.want)
			}
			if !c.exact {
				return
			}
			if score := der.Compare(turns, heard.Turns, 0.25); score.Rate() > 0.03 || score.Map["S1"] != turns[0].Speaker {
				t.Errorf("error %.1f %% with %v, want at most 3 %% and the left voice as S1", 100*score.Rate(), score.Map)
			}
			if !heard.Certain || heard.Voices != 2 {
				t.Errorf("certain %v, voices %d", heard.Certain, heard.Voices)
			}
		})
	}
}

func TestCutsComeFromTheChannelThatHasTheSound(t *testing.T) {
	t.Parallel()
	w, turns := talk(t, "slt", "rms", 4)
	left, right := sides(w, turns)
	limits := voice.Limits{Min: 1, Target: 20, Max: 30}
	for _, c := range []struct {
		name     string
		s        sound
		channels map[int]bool
	}{
		{"right alone", sound{silence(w.seconds()).channel(), w.channel()}, map[int]bool{1: true}},
		{"inverted, left lower", sound{scale(w, -0.5).channel(), w.channel()}, map[int]bool{1: true}},
		{"the same twice", sound{w.channel(), w.channel()}, map[int]bool{0: true}},
		{"one voice a side", sound{left.channel(), right.channel()}, map[int]bool{0: true, 1: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			heard := hear(t, c.s, voice.Options{})
			cuts, err := voice.Cuts(heard, c.s, limits)
			if err != nil {
				t.Fatal(err)
			}
			got := map[int]bool{}
			for _, cut := range cuts {
				got[cut.Channel] = true
				if len(c.channels) == 2 && cut.Speaker != []string{"S1", "S2"}[cut.Channel] {
					t.Errorf("cut of channel %d belongs to %q", cut.Channel, cut.Speaker)
				}
			}
			if len(got) != len(c.channels) {
				t.Errorf("cuts of channels %v, want %v", got, c.channels)
			}
			for ch := range c.channels {
				if !got[ch] {
					t.Errorf("no cut of channel %d", ch)
				}
			}
		})
	}
}

func TestNamedChannelsAreBelieved(t *testing.T) {
	t.Parallel()
	w, turns := talk(t, "slt", "rms", 4)
	left, right := sides(w, turns)
	a := left.plus(right.gain(-4), 0) // so much bleed that the correlation alone says one sound
	b := right.plus(left.gain(-4), 0)
	s := sound{a.channel(), b.channel()}
	heard := hear(t, s, voice.Options{Channels: []interview.Part{interview.PartInterviewer, interview.PartEmployee}})
	if heard.Layout != interview.TwoChannel {
		t.Fatalf("layout %s (correlation %.3f), want two_channel because the uploader named the channels", heard.Layout, heard.Channels[1].Correlation)
	}
	if score := der.Compare(turns, heard.Turns, 0.25); score.ConfusionRate() > 0.05 {
		t.Errorf("confusion %.1f %%, want at most 5 %%", 100*score.ConfusionRate())
	}
}

// broken fails to read after some samples.
type broken struct {
	sound
	after int64
}

var errDisk = errors.New("disk is gone")

func (b broken) ReadAt(channel int, from int64, dst []int16) (int, error) {
	if from+int64(len(dst)) > b.after {
		return 0, errDisk
	}
	return b.sound.ReadAt(channel, from, dst)
}

func TestErrorsOfTheSourceReachTheCaller(t *testing.T) {
	t.Parallel()
	w := noise(30, -30, 0, 1)
	for name, src := range map[string]voice.Source{
		"mono": broken{w.mono(), 100_000}, "stereo": broken{sound{w.channel(), w.channel()}, 100_000},
	} {
		if _, err := voice.Hear(t.Context(), src, voice.Options{}); !errors.Is(err, errDisk) {
			t.Errorf("%s: error %v, want the source's", name, err)
		}
	}
	three := sound{w.channel(), w.channel(), w.channel()}
	if _, err := voice.Hear(t.Context(), three, voice.Options{}); err == nil || !strings.Contains(err.Error(), "3 channels") {
		t.Errorf("three channels: error %v", err)
	}
}
