package bench

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"clarion.example/clarion/internal/work"
	"clarion.example/clarion/seal"
)

// Budgets of DESIGN 16.
const (
	uploadMBs  = 12 // megabytes a second of one upload
	uploadWait = 2  // times the 99th percentile of text without uploads
)

const (
	uploadURL     = "/zh/api/upload"
	uploaders     = 32
	uploadContent = 8 << 20   // bytes of each file beside text
	uploadAlone   = 100 << 20 // bytes of the one file alone: the most that the pack allows; a short run brings a small one
	uploadPiece   = 1 << 20   // bytes of a request, as the browser's library sends them
	textClients   = 16
	textBeat      = 100 * time.Millisecond // each of them begins a report this often
)

// Uploads measures what uploads cost those who send text: reports come at a steady rate, in turns alone and beside 32
// uploads that bring as much as the server lets them.
func Uploads(ctx context.Context, o Options) (*Report, error) {
	return run(ctx, o, "upload", func(ctx context.Context, w *world, r *Report) (err error) {
		supply, err := w.sealedReports(int(2*o.Span/textBeat)*textClients + 16*textClients)
		if err != nil {
			return err
		}
		up, err := w.uploadSupply()
		if err != nil {
			return err
		}
		v, err := w.serve(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, v.stop()) }()
		up.host = v.addrs.Public
		if err := up.aloneRow(ctx, r); err != nil {
			return err
		}
		if err := up.besideRows(ctx, r, supply, o.Span); err != nil {
			return err
		}
		_, peak, err := v.memory()
		r.add(Row{Name: "memory of the server under that load, most", Value: peak, Unit: "MB", Budget: atMost(memoryLoad)})
		return err
	})
}

// uploadSupply holds what all uploads send: the server never compares one with another.
type uploadSupply struct {
	host   string
	keys   work.Keys
	now    func() time.Time
	small  []byte // sealed
	large  []byte
	client *http.Client
}

func (w *world) uploadSupply() (*uploadSupply, error) {
	alone := int64(uploadAlone)
	if w.o.Span < time.Second {
		alone = uploadContent
	}
	s := &uploadSupply{keys: work.NewKeys(w.Dir.Secrets.Form), now: w.o.Now, client: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: uploaders}}}
	for _, f := range []struct {
		size int64
		into *[]byte
	}{{uploadContent, &s.small}, {alone, &s.large}} {
		var b bytes.Buffer
		if _, err := seal.SealFile(&b, io.LimitReader(rand.Reader, f.size), f.size); err != nil {
			return nil, err
		}
		*f.into = b.Bytes()
	}
	return s, nil
}

// ask sends one request of the protocol and returns a header of the answer. The work of an upload is of the least effort.
func (s *uploadSupply) ask(ctx context.Context, method, path string, want int, header http.Header, body []byte, give string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+s.host+path, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header = header
	header.Set("Tus-Resumable", "1.0.0")
	resp, err := s.client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return "", err
	}
	if resp.StatusCode != want {
		return "", fmt.Errorf("%s of an upload: the server answered %d instead of %d", method, resp.StatusCode, want)
	}
	return resp.Header.Get(give), nil
}

func (s *uploadSupply) begin(ctx context.Context, size int) (path string, err error) {
	c, err := s.keys.IssueUpload(1, int64(size), s.now())
	if err != nil {
		return "", err
	}
	solved, err := work.Solve(c, 2)
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(solved)
	if err != nil {
		return "", err
	}
	return s.ask(ctx, http.MethodPost, uploadURL, http.StatusCreated, http.Header{
		"Upload-Length": {strconv.Itoa(size)}, "Clarion-Work": {base64.RawURLEncoding.EncodeToString(b)},
	}, nil, "Location")
}

// uploading makes clients that each bring up one file after the other, a piece each step, and erase it when it is whole.
func (s *uploadSupply) uploading(ctx context.Context, sealed []byte) func(int) (worker, error) {
	return func(int) (worker, error) {
		path, at := "", 0
		step := func() (err error) {
			if path == "" {
				if path, err = s.begin(ctx, len(sealed)); err != nil {
					return err
				}
			}
			to := min(at+uploadPiece, len(sealed))
			stands, err := s.ask(ctx, http.MethodPatch, path, http.StatusNoContent, http.Header{
				"Upload-Offset": {strconv.Itoa(at)}, "Content-Type": {"application/offset+octet-stream"},
			}, sealed[at:to], "Upload-Offset")
			if err == nil && stands != strconv.Itoa(to) {
				err = fmt.Errorf("an upload stands at %q instead of %d", stands, to)
			}
			if at = to; err != nil || at < len(sealed) {
				return err
			}
			_, err = s.ask(ctx, http.MethodDelete, path, http.StatusNoContent, http.Header{}, nil, "")
			path, at = "", 0
			return err
		}
		return worker{step: step, close: func() {}}, nil
	}
}

// steps is how many requests bring up a file of size bytes, perStep how many bytes each of them has on average: the last
// is short.
func steps(size int) int       { return (size + uploadPiece - 1) / uploadPiece }
func perStep(size int) float64 { return float64(size) / float64(steps(size)) }

// aloneRow brings up one large file, with nothing else going on.
func (s *uploadSupply) aloneRow(ctx context.Context, r *Report) error {
	name := fmt.Sprintf("one upload of %d MB", len(s.large)/1_000_000)
	defer func() { s.large = nil }()
	wk, err := s.uploading(ctx, s.large)(0)
	if err != nil {
		return err
	}
	start := time.Now()
	for range steps(len(s.large)) {
		if err := wk.step(); err != nil {
			r.fail(name, err)
			return ctx.Err()
		}
	}
	r.add(Row{Name: name, Value: float64(len(s.large)) / 1e6 / time.Since(start).Seconds(), Unit: "MB/s", Budget: atLeast(uploadMBs),
		Note: "the server's half: sealed beforehand, in requests of 1 MiB, each answered when it is durable; the last one when all was read again and hashed"})
	return nil
}

// besideRows drives text alone and beside uploads, in turns.
func (s *uploadSupply) besideRows(ctx context.Context, r *Report, text *sealedSupply, span time.Duration) error {
	const rounds = 4
	send := asking(s.host, span, text.sending(s.host))
	var alone, beside, files load
	for range rounds {
		l, err := onBeats(ctx, textClients, span/rounds, textBeat, send)
		if err != nil {
			r.fail("text alone", err)
			return ctx.Err()
		}
		alone.add(l)
		var up load
		var upErr error
		var wg sync.WaitGroup
		wg.Go(func() { up, upErr = drive(ctx, uploaders, span/rounds, s.uploading(ctx, s.small)) })
		l, err = onBeats(ctx, textClients, span/rounds, textBeat, send)
		wg.Wait()
		if err = errors.Join(err, upErr); err != nil {
			r.fail("text beside uploads", err)
			return ctx.Err()
		}
		beside.add(l)
		files.add(up)
	}
	steady := fmt.Sprintf("%d clients that each begin a report every %s, whatever happens; what counts is from when it was due", textClients, textBeat)
	r.add(alone.row("sealed report, steady, alone", "/s", nil, steady))
	r.add(beside.row("sealed report, steady, beside 32 uploads", "/s", nil, "in turns with the row above"))
	r.add(Row{Name: "  99 of 100 within, against alone", Value: beside.percentile(0.99) / alone.percentile(0.99), Unit: "times", Budget: atMost(uploadWait)})
	r.add(Row{Name: "32 uploads of 8 MiB each, meanwhile", Value: float64(len(files.took)) * perStep(len(s.small)) / 1e6 / files.elapsed.Seconds(), Unit: "MB/s",
		Note: "all together, at most files.rate; each is erased when it is whole, and the next begun"})
	return nil
}

func (l *load) add(more load) {
	l.took = append(l.took, more.took...)
	l.elapsed += more.elapsed
	l.cpu += more.cpu
}

// onBeats is drive for clients that begin a step on each beat, however long the one before took: one that waits is late,
// and its lateness counts.
func onBeats(ctx context.Context, clients int, span, beat time.Duration, begin func(int) (worker, error)) (load, error) {
	return drive(ctx, clients, span, func(client int) (worker, error) {
		w, err := begin(client)
		step := w.step
		var due time.Time
		next := time.Now().Add(beat * time.Duration(client) / time.Duration(clients))
		w.step = func() error {
			due, next = next, next.Add(beat)
			time.Sleep(time.Until(due))
			return step()
		}
		w.due = func() time.Time { return due }
		return w, err
	})
}
