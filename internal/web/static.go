package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
)

// Static is one answer kept in memory in three encodings. It is the same for every visitor.
type Static struct {
	contentType          string
	etag, cache          string
	plain, gzipped, brot []byte
}

// Revalidate and Immutable are the two ways of caching: pages are asked for again with their ETag; assets are
// named by their hash.
const (
	Revalidate = "no-cache"
	Immutable  = "public, max-age=31536000, immutable"
)

// NewStatic prepares body. It compresses at the highest level, so call it at start or on change only.
func NewStatic(body []byte, contentType, cache string) (*Static, error) {
	sum := sha256.Sum256(body)
	s := &Static{contentType: contentType, cache: cache, plain: body, etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
	if len(body) < 256 || !strings.Contains(contentType, "text/") && !strings.Contains(contentType, "json") && !strings.Contains(contentType, "svg") {
		return s, nil
	}
	var gz, br bytes.Buffer
	zw, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	bw := brotli.NewWriterLevel(&br, brotli.BestCompression)
	for _, w := range []interface {
		Write([]byte) (int, error)
		Close() error
	}{zw, bw} {
		if _, err := w.Write(body); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
	}
	s.gzipped, s.brot = gz.Bytes(), br.Bytes()
	return s, nil
}

// Serve writes s, or 304 when the visitor has it.
func (s *Static) Serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	body, encoding := s.plain, ""
	if s.gzipped != nil {
		h.Set("Vary", "Accept-Encoding")
		switch accept := r.Header.Get("Accept-Encoding"); {
		case accepts(accept, "br"):
			body, encoding = s.brot, "br"
		case accepts(accept, "gzip"):
			body, encoding = s.gzipped, "gzip"
		}
	}
	etag := s.etag
	if encoding != "" {
		etag = etag[:len(etag)-1] + "-" + encoding + `"`
	}
	h.Set("Etag", etag)
	h.Set("Cache-Control", s.cache)
	if match := r.Header.Get("If-None-Match"); match != "" && etagMatches(match, etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", s.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	if r.Method != http.MethodHead {
		// A write error means that the visitor left.
		_, _ = w.Write(body)
	}
}

// Len is the uncompressed size in bytes.
func (s *Static) Len() int { return len(s.plain) }

// Bytes is the uncompressed body; do not change it.
func (s *Static) Bytes() []byte { return s.plain }

// BrotliLen is the size on the wire for a browser that takes brotli.
func (s *Static) BrotliLen() int {
	if s.brot == nil {
		return len(s.plain)
	}
	return len(s.brot)
}

func etagMatches(header, etag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		if part = strings.TrimPrefix(strings.TrimSpace(part), "W/"); part == etag || part == "*" {
			return true
		}
	}
	return false
}

// accepts reads one coding of an Accept-Encoding header; a quality of zero refuses it.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if strings.TrimSpace(name) != coding {
			continue
		}
		q := strings.TrimPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		return strings.Trim(q, "0.") != "" || q == ""
	}
	return false
}
