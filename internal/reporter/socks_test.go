package reporter_test

import (
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	"clarion.example/clarion/internal/reporter"
)

// redirecting is a server that sends everybody elsewhere.
func redirecting(t *testing.T, to string) string {
	t.Helper()
	s := httptest.NewServer(http.RedirectHandler(to, http.StatusFound))
	t.Cleanup(s.Close)
	return s.URL
}

// socks is a SOCKS5 proxy that leads every name to one address, and writes down what it was asked for.
type socks struct {
	addr string
	mu   sync.Mutex
	asks []string // "name host" or "address ip"
}

func newSocks(t *testing.T, to string) *socks {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &socks{addr: l.Addr().String()}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(c, to)
		}
	}()
	return s
}

// serve speaks RFC 1928 without authentication.
func (s *socks) serve(c net.Conn, to string) {
	defer c.Close()
	head := make([]byte, 2)
	if _, err := io.ReadFull(c, head); err != nil {
		return
	}
	if _, err := io.ReadFull(c, make([]byte, head[1])); err != nil {
		return
	}
	if _, err := c.Write([]byte{5, 0}); err != nil {
		return
	}
	req := make([]byte, 4)
	if _, err := io.ReadFull(c, req); err != nil {
		return
	}
	what := "address "
	size := map[byte]int{1: 4, 4: 16}[req[3]]
	if req[3] == 3 {
		n := make([]byte, 1)
		if _, err := io.ReadFull(c, n); err != nil {
			return
		}
		what, size = "name ", int(n[0])
	}
	host := make([]byte, size+2)
	if _, err := io.ReadFull(c, host); err != nil {
		return
	}
	s.mu.Lock()
	s.asks = append(s.asks, what+string(host[:size])+":"+strconv.Itoa(int(binary.BigEndian.Uint16(host[size:]))))
	s.mu.Unlock()
	up, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer up.Close()
	if _, err := c.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0}); err != nil {
		return
	}
	go func() { _, _ = io.Copy(up, c) }() // ends when either side closes
	_, _ = io.Copy(c, up)
}

// TestProxy: with a SOCKS proxy the name itself goes there, and nothing goes past it. The name does not exist, so a look-up on
// this machine would fail.
func TestProxy(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"socks5h", "socks5"} {
		p := newPlace(t, "")
		s := newSocks(t, p.door.Listener.Addr().String())
		c, err := reporter.New(reporter.Options{URL: "http://tipsabc.onion", Proxy: scheme + "://" + s.addr, Lang: "en", Now: p.Clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Trust(t.Context(), p.memory())
		// The door does not know the onion name, and says so: the request arrived, through the proxy alone.
		if keyOf(err) != "reporter.status" {
			t.Errorf("%s: %v", scheme, err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.asks) == 0 {
			t.Fatalf("%s: the proxy was not used", scheme)
		}
		for _, a := range s.asks {
			if a != "name tipsabc.onion:80" {
				t.Errorf("%s: the proxy was asked for %s", scheme, a)
			}
		}
	}
}
