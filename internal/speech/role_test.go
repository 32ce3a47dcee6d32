package speech

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"kikigaki/internal/interview"
)

// TestRolesFromTheWordsAlone: names stripped, labels as they are and swapped, people known and unknown.
func TestRolesFromTheWordsAlone(t *testing.T) {
	t.Parallel()
	found := 0
	for _, name := range sampleNames {
		for _, known := range []bool{true, false} {
			s := loadSample(t, name)
			var people []Participant
			if known {
				people = s.people()
			}
			plain := s.transcript()
			swapped := swapLabels(plain)
			AssignRoles(plain, people, nil)
			AssignRoles(swapped, people, nil)
			for label, opposite := range map[string]string{"A": "B", "B": "A"} {
				role := plain.Part(label)
				if role != interview.PartUnknown && role != s.role(label) {
					t.Errorf("%s, people known %v: %s is certain and wrong", name, known, label)
				}
				if swapped.Part(opposite) != role {
					t.Errorf("%s, people known %v: %s is %s, and %s when the labels are swapped", name, known, label, role, swapped.Part(opposite))
				}
				if role == s.role(label) {
					found++
				}
			}
		}
	}
	if found != 4*len(sampleNames) {
		t.Errorf("%d of %d roles were found", found, 4*len(sampleNames))
	}
}

// TestRolesOfPartsAndDisturbed: parts of the talks, and talks in which a tenth of the segments stand with the wrong
// voice, are never certain and wrong.
func TestRolesOfPartsAndDisturbed(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(11, 12))
	for _, c := range []struct{ share, crossed float64 }{{0.5, 0}, {0.33, 0}, {0.2, 0}, {0.1, 0}, {1, 0.1}, {0.5, 0.1}} {
		certain, all := 0, 0
		for _, name := range sampleNames {
			s := loadSample(t, name)
			for k := range 6 {
				tr := s.transcript()
				n := int(float64(len(tr.Segments)) * c.share)
				from := rng.IntN(len(tr.Segments) - n + 1)
				tr.Segments = tr.Segments[from : from+n]
				for i := range tr.Segments {
					if rng.Float64() < c.crossed {
						tr.Segments[i].Speaker = map[string]string{"A": "B", "B": "A"}[tr.Segments[i].Speaker]
					}
				}
				var people []Participant
				if k%2 == 0 {
					people = s.people()
				}
				AssignRoles(tr, people, nil)
				all++
				if role := tr.Part("A"); role != interview.PartUnknown {
					certain++
					if role != s.role("A") {
						t.Errorf("%s, segments %d to %d, %.0f %% crossed: certain and wrong", name, from, from+n, 100*c.crossed)
					}
				}
			}
		}
		t.Logf("%.0f %% of a talk, %.0f %% crossed: %d of %d certain, none wrong", 100*c.share, 100*c.crossed, certain, all)
	}
}

// TestUncertainVoicesGiveNoCertainRoles: a label that may hold a third of the other's words gets a role only on strong
// evidence, and none when the sound hardly told the voices apart.
func TestUncertainVoicesGiveNoCertainRoles(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(21, 22))
	for _, name := range sampleNames {
		s := loadSample(t, name)
		cuts := cutsOf(s, interview.Mono)
		sound := heardFrom(s, interview.Mono)
		sound.Certain, sound.Confidence = false, 0.7
		in := AssembleInput{Sound: sound, Cuts: cuts, Answers: answersOf(s, cuts, interview.Mono), Language: s.Lang, Participants: s.people()}
		for range 3 {
			for i := range sound.Turns {
				sound.Turns[i].Speaker = []string{"S1", "S2"}[rng.IntN(2)]
			}
			got, err := Assemble(in)
			if err != nil {
				t.Fatal(err)
			}
			for _, sp := range got.Speakers {
				if sp.Role != interview.PartUnknown {
					t.Errorf("%s: voices told apart by coin, yet %s is %s (%v)", name, sp.Label, sp.Role, sp.Confidence)
				}
			}
		}
		in.Channels, in.Roles = nil, map[string]interview.Part{"S1": interview.PartEmployee}
		got, err := Assemble(in)
		if err != nil {
			t.Fatal(err)
		}
		if got.Part("S1") != interview.PartEmployee || got.Part("S2") != interview.PartInterviewer {
			t.Errorf("%s: a person's decision must stand: %+v", name, got.Speakers)
		}
	}
}

func TestOrderOfTrust(t *testing.T) {
	t.Parallel()
	s := loadSample(t, "01-ja-sales") // A is the interviewer, by every sign
	people := s.people()
	talk := func(a, b interview.Speaker) *interview.Transcript {
		t := s.transcript()
		a.Label, b.Label = "A", "B"
		t.Speakers = []interview.Speaker{a, b}
		return t
	}
	named := func(name string) interview.Speaker { return interview.Speaker{Name: name} }
	for _, c := range []struct {
		name  string
		t     *interview.Transcript
		roles map[string]interview.Part
		want  interview.Part // of A
		by    string
	}{
		{"words", talk(named(""), named("")), nil, interview.PartInterviewer, "text"},
		{"names before words", talk(named("高梨 拓也"), named("佐伯 真理")), nil, interview.PartEmployee, "captions"},
		{"one name is enough", talk(named("高梨さん"), named("iPad")), nil, interview.PartEmployee, "captions"},
		{"channel before names", talk(interview.Speaker{Name: "佐伯 真理", Role: interview.PartEmployee, Confidence: 1, By: "channel"}, interview.Speaker{Name: "高梨 拓也"}), nil, interview.PartEmployee, "channel"},
		{"a person before all", talk(interview.Speaker{Name: "佐伯 真理", Role: interview.PartInterviewer, Confidence: 1, By: "channel"}, interview.Speaker{}),
			map[string]interview.Part{"A": interview.PartEmployee, "B": interview.PartInterviewer}, interview.PartEmployee, "person"},
		{"a person's earlier decision", talk(interview.Speaker{Role: interview.PartEmployee, Confidence: 1, By: "person"}, interview.Speaker{}), nil, interview.PartEmployee, "person"},
		{"a person may say unknown", talk(named("佐伯 真理"), named("")), map[string]interview.Part{"A": interview.PartUnknown}, interview.PartUnknown, "person"},
	} {
		t.Run(c.name, func(t *testing.T) {
			AssignRoles(c.t, people, c.roles)
			a, b := c.t.Speakers[0], c.t.Speakers[1]
			if a.Role != c.want || a.By != c.by {
				t.Errorf("A = %+v, want %s by %s", a, c.want, c.by)
			}
			if a.Role == b.Role && a.Role != interview.PartUnknown {
				t.Errorf("both are %s", a.Role)
			}
			if c.want != interview.PartUnknown && b.Role != other(c.want) {
				t.Errorf("B = %+v", b)
			}
		})
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	pair := []Participant{{Name: "高梨 拓也", Role: interview.PartEmployee, Aliases: []string{"takanashi"}}, {Name: "佐伯 真理", Role: interview.PartInterviewer, Aliases: []string{"m saeki"}}}
	bare := []Participant{{Name: "高梨 拓也", Role: interview.PartEmployee}, {Name: "佐伯 真理", Role: interview.PartInterviewer}}
	joined := []Participant{{Name: "高梨拓也", Role: interview.PartEmployee}, {Name: "佐伯真理", Role: interview.PartInterviewer}}
	english := []Participant{{Name: "Anna Wells", Role: interview.PartEmployee}, {Name: "Paul Reed", Role: interview.PartInterviewer}}
	sameFamily := []Participant{{Name: "佐藤 花子", Role: interview.PartEmployee}, {Name: "佐藤 健", Role: interview.PartInterviewer}}
	latin := []Participant{{Name: "Yuko Ohno", Role: interview.PartEmployee}, {Name: "Shinichi Honma", Role: interview.PartInterviewer}}
	const e, i, u = interview.PartEmployee, interview.PartInterviewer, interview.PartUnknown
	for _, c := range []struct {
		name   string
		people []Participant
		want   interview.Part
	}{
		{"高梨 拓也", bare, e}, {"高梨　拓也", bare, e}, {"拓也 高梨", bare, e}, {"高梨拓也", bare, e}, {"高梨さん", bare, e}, {"高梨", bare, e},
		{"高梨 拓也 (営業)", bare, e}, {"高梨 拓也【営業2課】", bare, e}, {"営業 高梨拓也", bare, e}, {"高梨課長", bare, e}, {"ﾀｶﾅｼ ﾀｸﾔ", bare, e},
		{"たかなし たくや", bare, e}, {"Takanashi Takuya", bare, e}, {"Takuya TAKANASHI", bare, e}, {"Takuya Takanashi (Guest)", bare, e}, {"T. Takanashi", bare, e},
		{"Saeki Mari", bare, i}, {"Ms. Saeki", bare, i}, {"佐伯様", bare, i}, {"拓也", bare, e},
		{"高梨", joined, e}, {"高梨 拓也", joined, e}, {"佐伯さん", joined, i},
		{"takanashi", pair, e}, {"M. Saeki", pair, i},
		{"Anna Wells", english, e}, {"wells, anna", english, e}, {"Anna", english, e}, {"Reed", english, i}, {"Dr Paul Reed", english, i}, {"A. Wells", english, e}, {"Anna Welsl", english, u}, {"Ana Wells", english, e},
		{"佐藤", sameFamily, u}, {"佐藤 花子", sameFamily, e}, {"佐藤さん", sameFamily, u}, {"健", sameFamily, i},
		{"大野 優子", latin, e}, {"本間 真一", latin, i}, {"ホンマ シンイチ", latin, i},
		{"山田 太郎", bare, u}, {"iPhone", bare, u}, {"", bare, u}, {"Speaker 1", bare, u}, {"会議室A", bare, u}, {"さん", bare, u}, {"高橋", bare, u},
	} {
		t.Run(fmt.Sprintf("%s of %s", c.name, c.people[0].Name), func(t *testing.T) {
			t.Parallel()
			got, fit := matchName(c.name, c.people)
			if fit < RoleThreshold {
				got = u
			}
			if got != c.want {
				t.Errorf("= %s (%.2f), want %s", got, fit, c.want)
			}
		})
	}
}

// TestRolesOfASingleVoice: with one voice, or one that was not told apart, nothing is guessed.
func TestRolesOfASingleVoice(t *testing.T) {
	t.Parallel()
	s := loadSample(t, "01-ja-sales")
	for _, labels := range [][]string{{"A"}, {"A", Nobody}, {"A", "B", "C"}} {
		tr := s.transcript()
		tr.Speakers = nil
		for _, l := range labels {
			tr.Speakers = append(tr.Speakers, interview.Speaker{Label: l})
		}
		for i := range tr.Segments {
			tr.Segments[i].Speaker = labels[i%len(labels)]
		}
		AssignRoles(tr, s.people(), nil)
		for _, sp := range tr.Speakers {
			if sp.Role != interview.PartUnknown {
				t.Errorf("voices %v: %+v", labels, sp)
			}
		}
	}
}

func TestFewWordsGiveNoRole(t *testing.T) {
	t.Parallel()
	tr := &interview.Transcript{Language: "ja", Speakers: []interview.Speaker{{Label: "A"}, {Label: "B"}},
		Segments: []interview.Segment{{ID: 1, Speaker: "A", Text: "最近どうですか。"}, {ID: 2, Speaker: "B", Text: "忙しいです。"}}}
	AssignRoles(tr, nil, nil)
	if tr.Part("A") != interview.PartUnknown || tr.Part("B") != interview.PartUnknown {
		t.Errorf("two sentences made roles: %+v", tr.Speakers)
	}
	for _, language := range []string{"fr", ""} {
		tr.Language = language
		AssignRoles(tr, nil, nil)
	}
}

func TestCueFile(t *testing.T) {
	t.Parallel()
	people := loadSample(t, "01-ja-sales").people()
	for _, language := range []string{"ja", "en"} {
		with, err := readCues(cueFile, language, people)
		if err != nil {
			t.Fatal(err)
		}
		without, err := readCues(cueFile, language, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(with.cues) < 10 || len(without.cues) >= len(with.cues) {
			t.Errorf("%s: %d signs with names, %d without", language, len(with.cues), len(without.cues))
		}
		for _, c := range with.cues {
			if c.Weight == 0 || c.Most < 1 || math.Abs(c.Weight) > 3 || strings.Contains(c.Match, "{employee}") {
				t.Errorf("%s: sign %q is incomplete", language, c.Name)
			}
		}
	}
	for name, data := range map[string]string{"unknown key": "ja: [{name: a, match: b, weigth: 1}]", "bad expression": "ja: [{name: a, match: '(', weight: 1}]"} {
		if _, err := readCues([]byte(data), "ja", nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestAPersonsWordOnOneOfTwoMovesTheOther: two voices cannot both be the employee. What a person says of one of them
// moves the other one away, whatever captions, channels or words had made of it; what a person says of both stands.
func TestAPersonsWordOnOneOfTwoMovesTheOther(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"captions", "text", "channel"} {
		talk := &interview.Transcript{Language: "ja", Speakers: []interview.Speaker{
			{Label: "A", Role: interview.PartInterviewer, Confidence: 1, By: by}, {Label: "B", Role: interview.PartEmployee, Confidence: 1, By: by}}}
		AssignRoles(talk, nil, map[string]interview.Part{"A": interview.PartEmployee})
		if a, b := talk.Speakers[0], talk.Speakers[1]; a.Role != interview.PartEmployee || b.Role != interview.PartInterviewer || b.By != "person" {
			t.Errorf("by %s: %+v", by, talk.Speakers)
		}
	}
	both := &interview.Transcript{Language: "ja", Speakers: []interview.Speaker{{Label: "A", Role: interview.PartInterviewer, Confidence: 1, By: "captions"}, {Label: "B"}}}
	AssignRoles(both, nil, map[string]interview.Part{"A": interview.PartEmployee, "B": interview.PartEmployee})
	if both.Speakers[1].Role != interview.PartEmployee {
		t.Errorf("a person's word on both: %+v", both.Speakers)
	}
	third := &interview.Transcript{Language: "ja", Speakers: []interview.Speaker{{Label: "A", Role: interview.PartOther, Confidence: 1, By: "captions"},
		{Label: "B", Role: interview.PartEmployee, Confidence: 1, By: "captions"}}}
	AssignRoles(third, nil, map[string]interview.Part{"A": interview.PartOther})
	if third.Speakers[1].Role != interview.PartEmployee {
		t.Errorf("somebody else beside the employee: %+v", third.Speakers)
	}
}
