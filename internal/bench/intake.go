package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
)

// Budgets of DESIGN 16.
const (
	plainRate      = 800  // reports a second
	sealedRate     = 3000 // on SQLite
	sealedRatePG   = 1500
	sealedRatio    = 60  // per cent of the bare group commit
	sealedP99      = 150 // ms
	sealedCPU      = 350 // µs
	oneClient      = 5   // ms
	memoryLoad     = 200 // MB
	memoryIdle     = 60  // MB
	startLimitSecs = 0.5
)

const (
	plainName = "plain report, sealed by the server"
	reportURL = "/zh/report/plain"
)

// fastest bounds how many tokens are prepared: plain reports a second that no machine of two cores takes.
const fastest = 3000

// Intake measures how reports are taken: sealed by their sender, and in clear on the path without scripts.
func Intake(ctx context.Context, o Options) (*Report, error) {
	return run(ctx, o, "intake", func(ctx context.Context, w *world, r *Report) error {
		sealed, err := w.sealedReports(int(fastestSealed*o.Span.Seconds()*5/4) + 2*o.Clients)
		if err != nil {
			return err
		}
		accepted, err := w.servedRows(ctx, r, sealed, w.forms(int(fastest*o.Span.Seconds()*5/4)+2*o.Clients))
		if err != nil {
			return err
		}
		if err := w.reopen(ctx); err != nil {
			return err
		}
		if err := w.countLeaves(ctx, accepted); err != nil {
			r.fail("every accepted report is in the ledger", err)
		}
		stored, err := w.storeRow(ctx, r, sealed.size)
		if err != nil {
			return err
		}
		return w.startRow(ctx, r, accepted+stored)
	})
}

// servedRows serves the installation and sends it reports of both kinds. It returns how many were accepted.
func (w *world) servedRows(ctx context.Context, r *Report, sealed *sealedSupply, forms *formSupply) (accepted int, err error) {
	v, err := w.serve(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, v.stop()) }()
	time.Sleep(min(time.Second, w.o.Span)) // idle is what is left when the start is over
	idle, _, err := v.memory()
	if err != nil {
		return 0, err
	}
	if accepted, err = w.sealedRows(ctx, r, v, sealed); err != nil {
		return 0, err
	}
	r.add(Row{Name: "memory of the server, idle", Value: idle, Unit: "MB", Budget: atMost(memoryIdle), Note: "after the start, before the first request"})
	plain, err := w.plainRows(ctx, r, v, forms)
	return accepted + plain, err
}

// formSupply hands out tokens of forms, each once.
type formSupply struct {
	tokens []string
	next   atomic.Int64
}

func (w *world) forms(n int) *formSupply {
	s := &formSupply{tokens: make([]string, n)}
	for i := range s.tokens {
		s.tokens[i] = w.Intake.TokenText(w.Intake.NewToken())
	}
	return s
}

// answers is the last page of a report about one page of somebody's words.
func answers() url.Values {
	return url.Values{
		"step": {"check"}, "go": {"send"}, "screen": {"conduct"}, "category": {"protected-documents"}, "q-danger": {"no"}, "q-region": {"donggang"},
		"q-how": {"saw", "document"}, "q-when": {"上周三下午三点左右"}, "q-where": {"手机聊天"}, "a-means": {"pay"}, "a-offer": {"每页五百元"}, "a-wanted": {"marked"},
		"q-what": {strings.Repeat("一个自称资料公司的账号对我说，每拍一页标着密级的图纸付五百元，先付后拍。我没有答应，也没有再回复。", 12)},
		"reply":  {"zh-Hans"}, "kind": {"digits"}, "honest": {"yes"},
	}
}

// sending makes clients that each send one form after the other, no form twice.
func (s *formSupply) sending(host string) func(int) question {
	form := "token=" + s.tokens[0] + "&" + answers().Encode()
	request := postRequest(host, reportURL, form)
	at := len(request) - len(form) + len("token=")
	receipt := want{200, []byte(`class="cl-code10`)}
	return func(int) question {
		mine := slices.Clone(request)
		return func() ([]byte, want) {
			i := s.next.Add(1) - 1
			if int(i) >= len(s.tokens) {
				return nil, want{}
			}
			copy(mine[at:], s.tokens[i])
			return mine, receipt
		}
	}
}

// plainRows sends forms to the serving process. It returns how many were accepted.
func (w *world) plainRows(ctx context.Context, r *Report, v *server, forms *formSupply) (accepted int, err error) {
	name := fmt.Sprintf("%s, %d clients", plainName, w.o.Clients)
	send := asking(v.addrs.Public, w.o.Span, forms.sending(v.addrs.Public))
	one, err := drive(ctx, 1, w.o.Span/4, send)
	if err != nil {
		r.fail(name, err)
		return 0, ctx.Err()
	}
	before, err := v.cpu()
	if err != nil {
		return 0, err
	}
	many, err := drive(ctx, w.o.Clients, w.o.Span, send)
	if err != nil {
		r.fail(name, err)
		return len(one.took), ctx.Err()
	}
	after, err := v.cpu()
	if err != nil {
		return 0, err
	}
	r.add(many.row(name, "/s", atLeast(plainRate), "POST of the last page with every answer: form read, rules, receipt code, post-quantum seal, rows, leaf, commit, page with the code"))
	r.add(Row{Name: "  CPU of the server for each", Value: float64((after - before).Microseconds()) / float64(len(many.took)), Unit: "µs"})
	r.add(Row{Name: "  with 1 client, half within", Value: one.percentile(0.5), Unit: "ms", P50: one.percentile(0.5), P99: one.percentile(0.99)})
	return len(one.took) + len(many.took), nil
}

// countLeaves proves that the fast answers were true: each accepted report has a leaf.
func (w *world) countLeaves(ctx context.Context, accepted int) error {
	return w.Store.Read(ctx, func(tx *store.Tx) error {
		n, err := tx.LogSize(ledger.Cases)
		if err == nil && n < int64(accepted) {
			err = fmt.Errorf("%d reports were accepted and the case log has %d leaves", accepted, n)
		}
		return err
	})
}

// startRow starts the serving process on the data of the run.
func (w *world) startRow(ctx context.Context, r *Report, cases int) error {
	var took []time.Duration
	for range 3 {
		v, err := w.serve(ctx)
		if err != nil {
			return err
		}
		took = append(took, v.ready)
		if err := v.stop(); err != nil {
			return err
		}
	}
	slices.Sort(took)
	r.add(Row{Name: fmt.Sprintf("start to ready, with %d cases", cases), Value: took[1].Seconds(), Unit: "s", Budget: atMost(startLimitSecs),
		Note: "the middle one of three, from the start of the process to the first 200 of /readyz; the budget is for a million cases"})
	return nil
}
