package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	weightName = "report's first page, first visit"
	firstURL   = "/zh/report" // where a visitor begins; it may lead elsewhere
)

// fetch takes an answer as it comes over the wire and says where it was found after how many requests.
func fetch(ctx context.Context, address, encoding string) (a *answer, requests int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Accept-Encoding", encoding)
	requests = 1
	client := &http.Client{
		Timeout: 10 * time.Second, Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { requests++; return nil },
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return nil, 0, err
	}
	if resp.StatusCode != http.StatusOK || len(body) == 0 {
		return nil, 0, fmt.Errorf("%s is answered with %d and %d bytes", req.URL.Path, resp.StatusCode, len(body))
	}
	h := resp.Header.Clone()
	h.Del("Date")
	h.Del("Connection")
	return &answer{h, body}, requests, nil
}

var (
	// resource finds what a page makes a browser fetch by itself.
	resource = regexp.MustCompile(`(?is)<(?:link|script|img|source|iframe|input)\b[^>]*?\b(?:href|src)="([^"]+)"[^>]*>`)
	// styled finds what a style sheet makes it fetch.
	styled = regexp.MustCompile(`(?i)url\(\s*["']?([^"')]+)`)
)

// firstVisit adds up what a browser fetches that has nothing yet: bodies as sent.
type firstVisit struct {
	host     string
	bytes    int
	requests int
	parts    []string
	seen     []string
}

// get fetches one address and everything that it makes a browser fetch. Both icons count, though a browser takes one.
func (v *firstVisit) get(ctx context.Context, path string) error {
	if slices.Contains(v.seen, path) {
		return nil
	}
	v.seen = append(v.seen, path)
	sent, requests, err := fetch(ctx, "http://"+v.host+path, "br")
	if err != nil {
		return err
	}
	v.bytes += len(sent.Body)
	v.requests += requests
	v.parts = append(v.parts, fmt.Sprintf("%s %d", path[strings.LastIndexByte(path, '/')+1:], len(sent.Body)))
	kind := sent.Header.Get("Content-Type")
	finder := map[bool]*regexp.Regexp{true: resource, false: styled}[strings.HasPrefix(kind, "text/html")]
	if finder == styled && !strings.HasPrefix(kind, "text/css") {
		return nil
	}
	plain, _, err := fetch(ctx, "http://"+v.host+path, "identity")
	if err != nil {
		return err
	}
	for _, m := range finder.FindAllStringSubmatch(string(plain.Body), -1) {
		ref, err := url.Parse(m[1])
		switch {
		case err == nil && ref.Scheme == "data", strings.Contains(m[0], `rel="alternate"`), strings.Contains(m[0], `rel="canonical"`):
			continue
		case err != nil || ref.IsAbs() || ref.Host != "":
			return fmt.Errorf("%s asks another host, or nothing that is an address: %q", path, m[1])
		}
		base := &url.URL{Path: path}
		if err := v.get(ctx, base.ResolveReference(ref).Path); err != nil {
			return err
		}
	}
	return nil
}

// weigh adds up what a first visit to the report's first page costs.
func weigh(ctx context.Context, r *Report, host string) error {
	v := &firstVisit{host: host}
	if err := v.get(ctx, firstURL); err != nil {
		return err
	}
	r.add(Row{Name: weightName + ", weight", Value: float64(v.bytes) / 1000, Unit: "kB", Budget: atMost(firstVisitKB), Note: "bodies as sent: " + strings.Join(v.parts, ", ") + " bytes"})
	r.add(Row{Name: weightName + ", requests", Value: float64(v.requests), Budget: atMost(firstVisitN), Note: "the way to the page included"})
	return nil
}
