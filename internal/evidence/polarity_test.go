package evidence

import (
	"testing"

	"kikigaki/internal/interview"
)

// TestNegationFault looks at pairs of claim and evidence, folded as Check folds them.
func TestNegationFault(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim, said string
		want        bool
	}{
		{"つい自分でやってしまい、うまくフィードバックするのが苦手だ。", "ついつい、その、自分でやっちゃうんですよね。うまくフィードバックするのが苦手で。", false},
		{"異動はするまい。", "異動はしたいです。", true},
		{"Is afraid of sending a wrong number to a customer and nobody seeing it.", "I am afraid that I will send a wrong number to a customer and nobody will see it.", false},
		{"Does not want to move to London.", "I want to move to London.", true},
		{"異動したい。", "異動したくないです。", true},
		{"異動したくない。", "異動したくないです。", false},
	} {
		if got := negationFault(Fold(c.claim), Fold(c.said), interview.Wishes); got != c.want {
			t.Errorf("%q from %q: fault %v, want %v", c.claim, c.said, got, c.want)
		}
	}
}
