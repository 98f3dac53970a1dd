package bench

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

const (
	mailboxURL  = "/zh/mailbox/plain"
	apiURL      = "/zh/api/mailbox/"
	lookUpRate  = 3000
	mailboxes   = 8    // with messages, asked in turns
	letters     = 3    // in each of them
	otherCases  = 2000 // mailboxes among which they stand
	wrongCodes  = 512
	lookUpBytes = 1 << 10 // of the bodies of other cases, which no look-up reads
)

// opened is a mailbox that the bench holds the code of.
type opened struct {
	code, number string
	keys         *seal.MailboxKeys
}

// Mailbox measures how reporters come back.
func Mailbox(ctx context.Context, o Options) (*Report, error) {
	return run(ctx, o, "mailbox", func(ctx context.Context, w *world, r *Report) (err error) {
		boxes, err := w.furnish(ctx)
		if err != nil {
			return err
		}
		v, err := w.serve(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, v.stop()) }()
		if err := w.signedRow(ctx, r, v, boxes); err != nil {
			return err
		}
		return w.plainLookUps(ctx, r, v, boxes)
	})
}

// furnish makes mailboxes with messages, among others.
func (w *world) furnish(ctx context.Context) ([]opened, error) {
	a, err := w.arrivals(lookUpBytes)
	if err != nil {
		return nil, err
	}
	filling := a.storing(ctx, w.Store)
	left := make(chan struct{}, otherCases)
	for range otherCases {
		left <- struct{}{}
	}
	if _, err := drive(ctx, 64, MaxSpan, func(client int) (worker, error) {
		wk, err := filling(client)
		step := wk.step
		wk.step = func() error {
			select {
			case <-left:
				return step()
			default:
				return errEnough
			}
		}
		return wk, err
	}); err != nil {
		return nil, err
	}
	out := make([]opened, mailboxes)
	for i := range out {
		if out[i], err = w.mailboxWithLetters(ctx); err != nil {
			return nil, fmt.Errorf("a mailbox to look up: %w", err)
		}
	}
	return out, nil
}

func (w *world) mailboxWithLetters(ctx context.Context) (o opened, err error) {
	draft, faults := w.Intake.Check(intake.Sent{
		Category: "protected-documents", Danger: "no", Region: "donggang", Lang: "zh-Hans", CodeKind: "digits", What: "有人按页付钱，要拍标着密级的图纸。",
		Answers: map[id.Question][]string{"means": {"pay"}, "offer": {"每页五百元"}, "wanted": {"marked"}},
	})
	if len(faults) > 0 {
		return o, faults[0]
	}
	receipt, err := w.Intake.Submit(ctx, w.Intake.NewToken(), draft)
	if err != nil {
		return o, err
	}
	o.code = receipt.Code
	if o.keys, err = seal.DeriveMailbox(w.Dir.Instance, o.code); err != nil {
		return o, err
	}
	var c cases.Case
	err = w.Store.Read(ctx, func(tx *store.Tx) error {
		m, err := tx.MailboxByAuth(authOf(o.keys))
		if err == nil {
			c, err = tx.CaseByKey(m.Case)
		}
		return err
	})
	if err != nil {
		return o, err
	}
	o.number = c.Number
	chen, err := w.As(ctx, "chen", string(c.Unit))
	if err != nil {
		return o, err
	}
	for i := range letters {
		if _, err := chen.Reply(ctx, c.Number, terminal.Letter{Text: fmt.Sprintf("第%d封信：您还记得是哪一天吗？记得多少写多少。", i+1)}); err != nil {
			return o, err
		}
	}
	return o, nil
}

func authOf(k *seal.MailboxKeys) [32]byte { return [32]byte(k.Auth[32:]) }

// signedRow looks mailboxes up as the scripted page does: a challenge, and a signed request for everything in it.
func (w *world) signedRow(ctx context.Context, r *Report, v *server, boxes []opened) error {
	const name = "mailbox look-up, challenge and signed request"
	host, body := v.addrs.Public, []byte("{}")
	ask := getRequest(host, apiURL+"challenge", "identity")
	given := want{200, []byte(`"challenge"`)}
	l, err := drive(ctx, w.o.Clients, w.o.Span, func(client int) (worker, error) {
		c, err := dial(host, w.o.Span+30*time.Second)
		n := client
		return worker{step: func() error {
			n++
			b := boxes[n%len(boxes)]
			if err := c.ask(ask, given); err != nil {
				return err
			}
			var got struct{ Challenge string }
			if err := json.Unmarshal(c.body, &got); err != nil {
				return err
			}
			request, err := w.signed(host, b.keys, got.Challenge, body)
			if err != nil {
				return err
			}
			return c.ask(request, want{200, []byte(b.number)})
		}, close: func() { _ = c.nc.Close() }}, err // what closing says does not matter: every answer was read
	})
	if err != nil {
		r.fail(name, err)
		return ctx.Err()
	}
	r.add(l.row(name, "/s", atLeast(lookUpRate), fmt.Sprintf("two requests over HTTP each, among %d mailboxes; the answer holds %d sealed messages; the signing is the generator's", otherCases+mailboxes, letters)))
	return nil
}

// signed prepares one signed request, as docs/spec/api.md has it.
func (w *world) signed(host string, keys *seal.MailboxKeys, challenge string, body []byte) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(challenge)
	if err != nil || len(raw) != 32 {
		return nil, fmt.Errorf("the challenge is none: %q", challenge)
	}
	q := seal.Request{Instance: w.Dir.Instance, Origin: w.Config.Public.URL, Method: "POST", Path: apiURL + "list", BodyHash: sha256.Sum256(body), Challenge: [32]byte(raw)}
	sig, err := seal.SignRequest(keys.Auth, q)
	if err != nil {
		return nil, err
	}
	auth := authOf(keys)
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nClarion-Auth: %s\r\nClarion-Challenge: %s\r\nClarion-Signature: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		q.Path, host, seal.EncodeKey(auth[:]), challenge, base64.RawURLEncoding.EncodeToString(sig), len(body), body), nil
}

// plainLookUps opens mailboxes with the code over HTTP.
func (w *world) plainLookUps(ctx context.Context, r *Report, v *server, boxes []opened) error {
	host := v.addrs.Public
	right := make([][]byte, len(boxes))
	for i, b := range boxes {
		right[i] = postRequest(host, mailboxURL, url.Values{"code": {b.code}, "go": {"open"}}.Encode())
	}
	wrong := make([][]byte, wrongCodes)
	for i := range wrong {
		wrong[i] = postRequest(host, mailboxURL, url.Values{"code": {seal.NewDigits()}, "go": {"open"}}.Encode())
	}
	refusal := want{422, []byte(w.Catalog.For("zh-Hans").T("intake.no_mailbox", nil))}
	for _, row := range []struct {
		name, note string
		prepare    func(int) question
	}{
		{"plain mailbox, opened with its code", fmt.Sprintf("keys derived from the code, %d messages opened and their signatures and order checked, page rendered; no budget is set for this path", letters), inTurns(right, func(i int) want { return want{200, []byte(boxes[i].number)} })},
		{"plain mailbox, code that opens nothing", "keys derived, looked up, refused in the one way for all", inTurns(wrong, func(int) want { return refusal })},
	} {
		l, err := drive(ctx, w.o.Clients, w.o.Span, asking(host, w.o.Span, row.prepare))
		if err != nil {
			r.fail(row.name, err)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			continue
		}
		r.add(l.row(row.name, "/s", nil, row.note))
	}
	return nil
}

// inTurns makes clients that go through all requests, each from a place of its own.
func inTurns(requests [][]byte, wanted func(i int) want) func(client int) question {
	wants := make([]want, len(requests))
	for i := range requests {
		wants[i] = wanted(i)
	}
	return func(client int) question {
		n := client
		return func() ([]byte, want) {
			n++
			i := n % len(requests)
			return requests[i], wants[i]
		}
	}
}
