package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// Static is one answer kept in memory in three encodings. It is the same for every visitor.
type Static struct {
	contentType   string
	etag, cache   string
	plain         []byte
	squeeze       bool // worth compressing
	once          sync.Once
	gzipped, brot []byte // set by once; nil when compressing failed
}

// Revalidate and Immutable are the two ways of caching: pages are asked for again with their ETag; assets are
// named by their hash.
const (
	Revalidate = "no-cache"
	Immutable  = "public, max-age=31536000, immutable"
)

// NewStatic prepares body. It is compressed, at the highest level, when the first visitor asks for it: at start that
// would cost more than everything else together.
func NewStatic(body []byte, contentType, cache string) *Static {
	sum := sha256.Sum256(body)
	text := strings.Contains(contentType, "text/") || strings.Contains(contentType, "json") || strings.Contains(contentType, "svg")
	return &Static{
		contentType: contentType, cache: cache, plain: body, squeeze: text && len(body) >= 256,
		etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`,
	}
}

// large is a body, in bytes, for which the highest level would let its first visitor wait for many seconds.
const large = 1 << 20

// compress makes both encodings. A writer to memory fails only if the compressor itself does; the plain bytes then
// serve.
func (s *Static) compress() {
	var gz, br bytes.Buffer
	zw, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return
	}
	level := brotli.BestCompression
	if len(s.plain) > large {
		level = brotli.DefaultCompression
	}
	bw := brotli.NewWriterLevel(&br, level)
	for _, w := range []io.WriteCloser{zw, bw} {
		if _, err := w.Write(s.plain); err != nil {
			return
		}
		if err := w.Close(); err != nil {
			return
		}
	}
	s.gzipped, s.brot = bytes.Clone(gz.Bytes()), bytes.Clone(br.Bytes())
}

// Serve writes s, or 304 when the visitor has it.
func (s *Static) Serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	body, encoding := s.plain, ""
	if s.squeeze {
		h.Set("Vary", "Accept-Encoding")
		accept := r.Header.Get("Accept-Encoding")
		br, gz := accepts(accept, "br"), accepts(accept, "gzip")
		if br || gz {
			s.once.Do(s.compress)
		}
		switch {
		case br && s.brot != nil:
			body, encoding = s.brot, "br"
		case gz && s.gzipped != nil:
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
	if s.squeeze {
		s.once.Do(s.compress)
	}
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
