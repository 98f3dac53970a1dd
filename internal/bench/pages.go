package bench

import (
	"context"
	"errors"
	"fmt"
)

const (
	homeURL      = "/zh/"
	pageRatio    = 70  // per cent of the bare handler
	nginxRatio   = 50  // per cent of nginx
	firstVisitKB = 120 // thousand bytes
	firstVisitN  = 6   // requests
)

// Pages measures a page that everybody gets, and weighs the first page of a report.
func Pages(ctx context.Context, o Options) (*Report, error) {
	return run(ctx, o, "pages", func(ctx context.Context, w *world, r *Report) (err error) {
		v, err := w.serve(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, v.stop()) }()
		if err := weigh(ctx, r, v.addrs.Public); err != nil {
			r.fail(weightName, err)
		}
		home, _, err := fetch(ctx, "http://"+v.addrs.Public+homeURL, "br")
		if err != nil {
			return err
		}
		bare, err := startServer(ctx, o, spec{Bare: home})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, bare.stop()) }()
		return w.pageRows(ctx, r, home, v.addrs.Public, bare.addrs.Public)
	})
}

// pageRows drives the page and its peers in turns.
func (w *world) pageRows(ctx context.Context, r *Report, home *answer, ours, bare string) error {
	peer, err := startNginx(w.dir, home)
	if err != nil && !errors.Is(err, errNoNginx) {
		return err
	}
	rivals := []func(int) (worker, error){w.asksHome(ours, home), w.asksHome(bare, home)}
	if peer != nil {
		defer peer.stop()
		rivals = append(rivals, w.asksHome(peer.addr, home))
	}
	const name = "home page from memory, brotli"
	loads, err := turns(ctx, w.o.Clients, w.o.Span, rivals...)
	if err != nil {
		r.fail(name, err)
		return ctx.Err()
	}
	r.add(loads[0].row(name, "/s", nil, fmt.Sprintf("%d bytes; host, method, cross-origin check, door's state, route, headers and encoding", len(home.Body))))
	r.add(loads[1].row("bare net/http handler, same bytes and headers", "/s", nil, "the yardstick, in turns with the row above, in a process of its own as well"))
	r.add(Row{Name: "  home page against bare", Value: 100 * loads[0].rate() / loads[1].rate(), Unit: "%", Budget: atLeast(pageRatio)})
	if peer == nil {
		r.add(Row{Name: "  home page against nginx", Unit: "%", Budget: atLeast(nginxRatio), Absent: "nginx not found"})
		return nil
	}
	r.add(loads[2].row("nginx, same bytes and headers", "/s", nil, "a file, two workers, no access log"))
	r.add(Row{Name: "  home page against nginx", Value: 100 * loads[0].rate() / loads[2].rate(), Unit: "%", Budget: atLeast(nginxRatio)})
	return nil
}

func (w *world) asksHome(addr string, home *answer) func(int) (worker, error) {
	return asking(addr, w.o.Span, same(getRequest(addr, homeURL, "br"), want{200, home.Body}))
}
