package bench

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// conn is one keep-alive HTTP/1.1 connection that does no more than a measurement needs.
type conn struct {
	nc     net.Conn
	r      *bufio.Reader
	status int
	body   []byte // of the last answer
}

// maxBody bounds one answer.
const maxBody = 8 << 20

// dial opens a connection that gives up after life, so that a server which hangs cannot hold the bench.
func dial(addr string, life time.Duration) (*conn, error) {
	nc, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return nil, err
	}
	if err := nc.SetDeadline(time.Now().Add(life)); err != nil {
		return nil, errors.Join(err, nc.Close())
	}
	return &conn{nc: nc, r: bufio.NewReaderSize(nc, 64<<10)}, nil
}

// want is what an answer must be to count.
type want struct {
	status int
	marker []byte // somewhere in the body; a whole body is a marker too
}

// ask sends prepared bytes and reads the answer to its end. An answer that is not as wanted is an error.
func (c *conn) ask(request []byte, w want) error {
	if _, err := c.nc.Write(request); err != nil {
		return fmt.Errorf("asking: %w", err)
	}
	if err := c.read(); err != nil {
		return fmt.Errorf("reading an answer: %w", err)
	}
	if c.status != w.status {
		return fmt.Errorf("the server answered %d instead of %d", c.status, w.status)
	}
	if !bytes.Contains(c.body, w.marker) {
		return fmt.Errorf("the server answered %d without what the page must hold (%d bytes)", c.status, len(c.body))
	}
	return nil
}

func (c *conn) line() ([]byte, error) {
	b, err := c.r.ReadSlice('\n')
	return bytes.TrimRight(b, "\r\n"), err
}

func (c *conn) read() error {
	first, err := c.line()
	if err != nil {
		return err
	}
	if len(first) < 12 || !bytes.HasPrefix(first, []byte("HTTP/1.1 ")) {
		return errors.New("not an HTTP/1.1 answer")
	}
	if c.status, err = strconv.Atoi(string(first[9:12])); err != nil {
		return errors.New("not an HTTP/1.1 answer")
	}
	length, chunked, err := c.header()
	c.body = c.body[:0]
	switch {
	case err != nil:
		return err
	case chunked:
		return c.chunks()
	case length < 0:
		return errors.New("an answer without a length")
	default:
		return c.take(length)
	}
}

// header reads to the empty line. length is -1 if none was named.
func (c *conn) header() (length int, chunked bool, err error) {
	length = -1
	for {
		l, err := c.line()
		if err != nil || len(l) == 0 {
			return length, chunked, err
		}
		name, value, _ := bytes.Cut(l, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil || length < 0 {
				return 0, false, errors.New("a length that is none")
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = bytes.EqualFold(value, []byte("chunked"))
		case bytes.EqualFold(name, []byte("Connection")) && bytes.EqualFold(value, []byte("close")):
			return 0, false, errors.New("the server ends a connection that was to be kept")
		}
	}
}

func (c *conn) chunks() error {
	for {
		l, err := c.line()
		if err != nil {
			return err
		}
		size, err := strconv.ParseUint(string(l), 16, 32)
		if err != nil {
			return errors.New("a chunk without a size")
		}
		if err := c.take(int(size)); err != nil {
			return err
		}
		if l, err = c.line(); err != nil || len(l) != 0 {
			return errors.Join(err, errors.New("a chunk of another size than it says"))
		}
		if size == 0 {
			return nil
		}
	}
}

// take reads n bytes behind what the body holds already.
func (c *conn) take(n int) error {
	at := len(c.body)
	if at+n > maxBody {
		return errors.New("an answer larger than any of ours")
	}
	for cap(c.body) < at+n {
		c.body = append(c.body[:cap(c.body)], 0)
	}
	c.body = c.body[:at+n]
	_, err := io.ReadFull(c.r, c.body[at:])
	return err
}

// question is one prepared request and what its answer must be; a nil request ends the client.
type question func() (request []byte, w want)

// asking makes workers that each keep one connection to addr.
func asking(addr string, span time.Duration, prepare func(client int) question) func(client int) (worker, error) {
	return func(client int) (worker, error) {
		c, err := dial(addr, span+30*time.Second)
		if err != nil {
			return worker{}, err
		}
		next := prepare(client)
		step := func() error {
			request, w := next()
			if request == nil {
				return errEnough
			}
			return c.ask(request, w)
		}
		// What closing says does not matter: every answer was read.
		return worker{step: step, close: func() { _ = c.nc.Close() }}, nil
	}
}

// same asks one thing again and again.
func same(request []byte, w want) func(int) question {
	return func(int) question { return func() ([]byte, want) { return request, w } }
}

// getRequest and postRequest prepare the bytes of a request as a browser of today would word it, names of the
// browser left out.
func getRequest(host, path, encoding string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: %s\r\n\r\n", path, host, encoding)
}

func postRequest(host, path, form string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		path, host, host, len(form), form)
}
