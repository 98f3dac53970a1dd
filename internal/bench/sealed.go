package bench

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/work"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

const (
	sealedName = "sealed report"
	sealedURL  = "/zh/api/report"
	sealedSent = 28 << 10 // the first step to which a sealed report is padded where there are no custodians
	sealedRest = 3 << 10  // what the other columns of a report hold: the reporter's recipient is two thirds of it
	sealedPool = 32       // sealed documents that are prepared; ids, keys and work are fresh for every report
	// fastestSealed bounds how many are prepared: reports a second that no machine of two cores takes. Where it is
	// reached, the row ends early.
	fastestSealed = 4500
)

// sealedSupply hands out sealed reports, each once. A request is put together from two prepared halves when it is
// sent: whole ones would fill the memory.
type sealedSupply struct {
	heads [][]byte // JSON up to the sealed document
	docs  []string // base64
	size  int      // of a sealed document, in bytes
	next  atomic.Int64
}

// sealedReports prepares n reports. The bench knows its installation's secrets, so its challenges are of the least
// effort; to the server they look and cost like any other.
func (w *world) sealedReports(n int) (*sealedSupply, error) {
	office, ok := w.Pack.Route("protected-documents", "donggang")
	if !ok {
		return nil, errors.New("the pack has no office for what the bench sends")
	}
	to, err := w.Keys.UnitRecipient(office.ID)
	if err != nil {
		return nil, err
	}
	s := &sealedSupply{heads: make([][]byte, n)}
	recipients := make([]string, sealedPool)
	for i := range recipients {
		if recipients[i], err = s.seal(w, office.ID, to); err != nil {
			return nil, err
		}
	}
	keys := work.NewKeys(w.Dir.Secrets.Form)
	var wg sync.WaitGroup
	faults := make([]error, runtime.NumCPU())
	for c := range faults {
		wg.Go(func() {
			for i := c; i < n && faults[c] == nil; i += len(faults) {
				s.heads[i], faults[c] = w.sealedHead(keys, office.ID, recipients[i%len(recipients)])
			}
		})
	}
	wg.Wait()
	return s, errors.Join(faults...)
}

// seal adds a sealed document to the pool and returns the recipient of its reporter.
func (s *sealedSupply) seal(w *world, unit id.Unit, to seal.Recipient) (recipient string, err error) {
	keys, err := seal.DeriveMailbox(w.Dir.Instance, seal.NewDigits())
	if err != nil {
		return "", err
	}
	raw, err := seal.EncodeBody(&seal.Report{
		Category: "protected-documents", Region: "donggang", Unit: string(unit), Via: "web", Lang: "zh-Hans", Contact: "anonymous",
		What: answers().Get("q-what"), Mailbox: keys.Public(),
	})
	if err != nil {
		return "", err
	}
	d := seal.Document{
		Instance: w.Dir.Instance, Kind: seal.KindReport, Case: id.NewCase().String(), Chain: seal.ChainReporter, ID: id.NewDoc().String(), Seq: 1,
		Unit: string(unit), Day: workday.DayOf(w.o.Now(), w.Pack.Zone).String(), Author: seal.Author{Role: seal.RoleReporter}, Body: raw,
	}
	sealed, err := seal.SealDocument(d, seal.FloorReport, []seal.Recipient{to}, seal.Signer{Role: seal.RoleReporter, Key: keys.Sign})
	if err != nil {
		return "", err
	}
	s.docs, s.size = append(s.docs, base64.StdEncoding.EncodeToString(sealed)), len(sealed)
	return keys.Public().Recipient, nil
}

// sealedHead is everything of a report but the sealed document, as docs/spec/api.md has it.
func (w *world) sealedHead(keys work.Keys, unit id.Unit, recipient string) ([]byte, error) {
	challenge, err := keys.Issue(1, w.o.Now())
	if err != nil {
		return nil, err
	}
	solved, err := work.Solve(challenge, 2)
	if err != nil {
		return nil, err
	}
	auth, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	sign, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(map[string]any{
		"v": 1, "case": id.NewCase(), "doc": id.NewDoc(), "unit": unit, "category": "protected-documents", "region": "donggang", "lang": "zh-Hans", "danger": false,
		"at": "terminal", "contact": "anonymous", "wish": false, "claim": "", "mailbox": seal.Mailbox{Auth: seal.EncodeKey(auth), Recipient: recipient, Sign: seal.EncodeKey(sign)}, "files": []string{}, "work": solved,
	})
	if err != nil {
		return nil, err
	}
	return append(bytes.TrimSuffix(b, []byte("}")), `,"sealed":"`...), nil
}

// sending makes clients that each send one report after the other, no report twice.
func (s *sealedSupply) sending(host string) func(int) question {
	request := []byte(strings.Replace(string(postRequest(host, sealedURL, strings.Repeat(" ", sealedSent))), "application/x-www-form-urlencoded", "application/json", 1))
	at := len(request) - sealedSent
	taken := want{200, []byte("clarion/acknowledgement/v1")}
	return func(int) question {
		mine := slices.Clone(request)
		return func() ([]byte, want) {
			i := int(s.next.Add(1) - 1)
			if i >= len(s.heads) {
				return nil, want{}
			}
			n := at + copy(mine[at:], s.heads[i])
			n += copy(mine[n:], s.docs[i%len(s.docs)])
			n += copy(mine[n:], `"}`)
			for n < len(mine) {
				mine[n] = ' '
				n++
			}
			return mine, taken
		}
	}
}

// sealedRows sends sealed reports to the serving process, in turns with the yardstick.
func (w *world) sealedRows(ctx context.Context, r *Report, v *server, supply *sealedSupply) (accepted int, err error) {
	bare, err := w.bareStore(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, bare.Close()) }()
	name := fmt.Sprintf("%s, %d clients", sealedName, w.o.Clients)
	send := asking(v.addrs.Public, w.o.Span, supply.sending(v.addrs.Public))
	one, err := drive(ctx, 1, w.o.Span/4, send)
	if err != nil {
		r.fail(name, err)
		return 0, ctx.Err()
	}
	before, err := v.cpu()
	if err != nil {
		return 0, err
	}
	// Rows of the yardstick are due when nobody reads them any more.
	loads, err := turns(ctx, w.o.Clients, w.o.Span, send, barely(ctx, bare, supply.size+sealedRest, w.o.Now().AddDate(100, 0, 0)))
	if err != nil {
		r.fail(name, err)
		return len(one.took), ctx.Err()
	}
	after, err := v.cpu()
	if err != nil {
		return 0, err
	}
	w.sealedFound(r, name, one, loads[0], loads[1], after-before, supply.size)
	_, peak, err := v.memory()
	if err != nil {
		return 0, err
	}
	r.add(Row{Name: "memory of the server under that load, most", Value: peak, Unit: "MB", Budget: atMost(memoryLoad)})
	return len(one.took) + len(loads[0].took), nil
}

func (w *world) sealedFound(r *Report, name string, one, many, bare load, used time.Duration, size int) {
	rate, ratio := atLeast(sealedRate), atLeast(sealedRatio)
	if w.o.Database != "" {
		rate, ratio = atLeast(sealedRatePG), nil
	}
	r.add(many.row(name, "/s", rate, fmt.Sprintf("POST of 28 KiB over HTTP, %d bytes of it sealed: proof of work checked and one in a hundred derived again, case, events, document, mailbox, leaf and nodes, "+
		"durable commit, signed acknowledgement", size)))
	r.add(Row{Name: "  99 of 100 within", Value: many.percentile(0.99), Unit: "ms", Budget: atMost(sealedP99)})
	r.add(Row{Name: "  CPU of the server for each", Value: float64(used.Microseconds()) / float64(len(many.took)), Unit: "µs", Budget: atMost(sealedCPU), Note: "of the serving process, from /proc. " + w.databaseNote()})
	r.add(Row{Name: "  with 1 client, half within", Value: one.percentile(0.5), Unit: "ms", P50: one.percentile(0.5), P99: one.percentile(0.99), Budget: atMost(oneClient)})
	r.add(bare.row("bare group commit of the same bytes", "/s", nil, fmt.Sprintf("the yardstick, in turns with the row above, in this process: one row of %d bytes through the same group commit, and nothing else", size+sealedRest)))
	r.add(Row{Name: "  sealed report against bare", Value: 100 * many.rate() / bare.rate(), Unit: "%", Budget: ratio})
}

// barely makes clients of the yardstick: one row of so many bytes, one insert, one commit for all that queued.
func barely(ctx context.Context, s *store.Store, size int, due time.Time) func(int) (worker, error) {
	return func(int) (worker, error) {
		row := make([]byte, size)
		rand.Read(row)
		return worker{step: func() error {
			return s.Write(ctx, func(tx *store.Tx) error { return tx.Enqueue("bench", row, due) })
		}, close: func() {}}, nil
	}
}

// bareStore is where the yardstick writes: a database of its own, or on PostgreSQL the one that was given.
func (w *world) bareStore(ctx context.Context) (*store.Store, error) {
	o := store.Options{DSN: "sqlite:" + filepath.Join(w.dir, "bare.db"), Create: true, Queue: w.Config.Server.Queue}
	if w.o.Database != "" {
		o.DSN, o.Create = w.o.Database, false
	}
	return store.Open(ctx, o)
}
