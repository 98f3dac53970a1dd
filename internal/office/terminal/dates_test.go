package terminal_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/terminal"
)

// TestEverybodySeesTheSameDates: through a question, its answer and an extension the mailbox, with scripts and without, shows the days
// that the office sees.
func TestEverybodySeesTheSameDates(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *apptest.World) {
		number, code := report(t, w, "What I saw.")
		chen, lin, zhao := w.Session(t, "chen", "unit-1"), w.Session(t, "lin", "unit-1"), w.Session(t, "zhao", "unit-1")
		same := func(at string, kinds map[cases.StepKind]cases.ClockKind) {
			t.Helper()
			m, err := w.Intake.OpenMailbox(t.Context(), code)
			if err != nil {
				t.Fatal(err)
			}
			plain, err := w.Intake.View(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			scripts, err := w.Intake.List(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(plain.Steps, scripts.Steps); d != "" || plain.Asked != scripts.Asked {
				t.Errorf("%s: the mailbox differs with scripts: %s", at, d)
			}
			open, err := zhao.Open(t.Context(), number)
			if err != nil {
				t.Fatal(err)
			}
			for kind, clock := range kinds {
				var reporter, office string
				for _, s := range plain.Steps {
					if s.Kind == kind {
						reporter = s.Due.String()
					}
				}
				for _, c := range open.Clocks {
					if c.Kind == clock {
						office = c.Due.String()
					}
				}
				if reporter == "" || reporter != office {
					t.Errorf("%s: %s is due on %q for the reporter and on %q in the office", at, kind, reporter, office)
				}
			}
		}
		early := map[cases.StepKind]cases.ClockKind{cases.StepDecision: cases.ClockDecision, cases.StepOutcome: cases.ClockOutcome}
		letter(t, chen, number, terminal.Letter{})
		decide(t, chen, number, terminal.Decision{Act: cases.ActTriage})
		same("sorted", early)
		w.Clock.Move(5 * 24 * time.Hour)
		letter(t, chen, number, terminal.Letter{Text: "When was it?", Ask: true})
		w.Clock.Move(11 * 24 * time.Hour)
		same("waiting", early)
		answer(t, w, code, "In March.")
		same("answered", early)
		decide(t, chen, number, terminal.Decision{Act: cases.ActAccept, Handler: "lin", Reasons: "It fits."})
		decide(t, lin, number, terminal.Decision{Act: cases.ActOpenInquiry, Reasons: "Plan."})
		late := map[cases.StepKind]cases.ClockKind{cases.StepOutcome: cases.ClockOutcome}
		w.Clock.Move(20 * 24 * time.Hour)
		decide(t, zhao, number, terminal.Decision{Act: cases.ActExtend, Clock: cases.ClockOutcome, Reasons: "A laboratory answers late."})
		same("extended", late)
	})
}
