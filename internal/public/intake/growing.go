package intake

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

const (
	uploadPiece  = 64 << 10 // bytes written at once
	uploadSave   = 4 << 20  // bytes of one request after which they are made durable
	cutWait      = 5 * time.Second
	hashesAtOnce = 2 // whole uploads that are read again at once
)

// growing is an upload while one request brings bytes to it.
type growing struct {
	s    *Service
	u    store.Upload // Arrived is what is durable
	part *blob.Part
}

// take moves the body to the disk. However that ends, what has arrived is made durable and counted.
func (g *growing) take(ctx context.Context, body Incoming) error {
	err := g.copy(ctx, body)
	// The line may be gone, and with it ctx: what came over it is kept all the same.
	ctx = context.WithoutCancel(ctx)
	switch {
	case g.part.Size() < g.u.Size:
		return errors.Join(err, g.save(ctx))
	case err != nil:
		return err
	}
	return g.complete(ctx)
}

// copy appends until the body ends or the upload is whole.
func (g *growing) copy(ctx context.Context, body Incoming) error {
	buf := g.s.uploads.buffers.Get().(*[uploadPiece]byte)
	defer g.s.uploads.buffers.Put(buf)
	for {
		n, readErr := fill(ctx, body, buf[:min(g.u.Size-g.part.Size(), uploadPiece)])
		if _, err := g.part.Write(buf[:n]); err != nil {
			return err
		}
		switch {
		case g.part.Size() == g.u.Size:
			return endsHere(body)
		case readErr == io.EOF:
			return nil
		case readErr != nil:
			return errs.Wrap(errs.Invalid, "web.cut_upload", nil, readErr)
		}
		if err := g.s.uploads.pace.wait(ctx, n); err != nil {
			return errs.Wrap(errs.Invalid, "web.cut_upload", nil, err)
		}
		if g.part.Size()-g.u.Arrived < uploadSave {
			continue
		}
		if err := g.save(ctx); err != nil {
			return err
		}
	}
}

// fill reads until b is full, or the error that ended it; unlike io.ReadFull it tells a body that broke off from one
// that ended.
func fill(ctx context.Context, r io.Reader, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		if err = ctx.Err(); err == nil {
			var m int
			m, err = r.Read(b[n:])
			n += m
		}
	}
	return n, err
}

// endsHere refuses a body that goes on behind the upload's length. Only one that did not announce its own can.
func endsHere(body Incoming) error {
	if body.Length >= 0 {
		return nil
	}
	if n, _ := io.ReadFull(body, make([]byte, 1)); n > 0 {
		return errs.New(errs.TooMany, "intake.upload_long", nil)
	}
	return nil
}

// save makes what was appended durable and then says so in the row.
func (g *growing) save(ctx context.Context) error {
	at := g.part.Size()
	if at == g.u.Arrived {
		return nil
	}
	if err := g.part.Sync(); err != nil {
		return err
	}
	before := time.Now()
	err := g.s.o.Store.Write(ctx, func(tx *store.Tx) error { return tx.GrowUpload(g.u.ID, g.u.Arrived, at) })
	g.s.uploads.pace.felt(time.Since(before))
	if errs.Is(err, errs.NotFound) {
		return errNoSuchUpload(nil)
	}
	if err == nil {
		g.u.Arrived = at
		g.s.uploads.promises.came(g.u)
	}
	return err
}

// complete hashes what lies on the disk, makes the row whole, and then the part a blob.
func (g *growing) complete(ctx context.Context) error {
	if err := g.part.Sync(); err != nil {
		return err
	}
	g.s.uploads.hashing <- struct{}{}
	info, head, err := g.part.Describe(ctx)
	<-g.s.uploads.hashing
	if err != nil {
		return err
	}
	if _, err := seal.CheckHeader(head, 1); err != nil {
		return errors.Join(errs.Wrap(errs.Invalid, "intake.not_sealed", nil, err), g.s.forgetUpload(ctx, g.u.ID), g.s.eraseUpload(ctx, g.u.ID))
	}
	u := g.u
	u.SHA256, u.Chunks = info.SHA256, info.Chunks
	err = g.s.o.Store.Write(ctx, func(tx *store.Tx) error { return tx.CompleteUpload(u, g.u.Arrived) })
	if errs.Is(err, errs.NotFound) {
		return errNoSuchUpload(nil)
	}
	if err != nil {
		return err
	}
	g.u.Arrived = g.u.Size
	g.s.uploads.promises.came(g.u)
	return g.s.o.Blobs.Finish(g.u.ID)
}

// uploads is what this node does for uploads now. Nothing of it is needed after a crash.
type uploads struct {
	requests chan struct{} // one for each request with bytes
	hashing  chan struct{}
	pace     pace
	promises promises
	buffers  sync.Pool // of *[uploadPiece]byte
	mu       sync.Mutex
	running  map[id.Blob]*running // guarded by mu
}

// running is a request that brings bytes to an upload.
type running struct {
	cut  func()
	done chan struct{}
}

func newUploads(o UploadLimits, now func() time.Time) *uploads {
	return &uploads{
		requests: make(chan struct{}, o.Requests), hashing: make(chan struct{}, hashesAtOnce), pace: pace{most: float64(o.Rate)},
		promises: promises{now: now, all: map[id.Blob]promise{}},
		buffers:  sync.Pool{New: func() any { return new([uploadPiece]byte) }}, running: map[id.Blob]*running{},
	}
}

// begin registers the one request that may bring bytes to an upload. Its context ends when it is cut.
func (u *uploads) begin(ctx context.Context, bid id.Blob, cutBody func()) (_ context.Context, end func(), err error) {
	select {
	case u.requests <- struct{}{}:
	default:
		return nil, nil, errs.New(errs.Unavailable, "intake.uploads_busy", nil)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.running[bid] != nil {
		<-u.requests
		return nil, nil, errs.New(errs.Conflict, KeyUploadLocked, nil)
	}
	ctx, cancel := context.WithCancel(ctx)
	r := &running{cut: func() { cancel(); cutBody() }, done: make(chan struct{})}
	u.running[bid] = r
	return ctx, func() {
		cancel()
		u.mu.Lock()
		delete(u.running, bid)
		u.mu.Unlock()
		<-u.requests
		close(r.done)
	}, nil
}

// cut ends the request that brings bytes to an upload, if one does, and waits until what it brought is counted.
// Conflict with [KeyUploadLocked] when that takes too long.
func (u *uploads) cut(ctx context.Context, bid id.Blob) error {
	u.mu.Lock()
	r := u.running[bid]
	u.mu.Unlock()
	if r == nil {
		return nil
	}
	r.cut()
	late := time.NewTimer(cutWait)
	defer late.Stop()
	select {
	case <-r.done:
		return nil
	case <-late.C:
		return errs.New(errs.Conflict, KeyUploadLocked, nil)
	case <-ctx.Done():
		return ctx.Err()
	}
}
