package reporter

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"html"
	"net/http"
	"regexp"
	"strings"

	"clarion.example/clarion/internal/errs"
)

var (
	tag       = regexp.MustCompile(`(?is)<(script|link)\b([^>]*)>([^<]*)`)
	attribute = regexp.MustCompile(`(?is)([a-z-]+)\s*=\s*"([^"]*)"`)
	assetPath = regexp.MustCompile(`^/assets/([A-Za-z0-9_-]+)\.([0-9a-f]{12})\.([a-z0-9]+)$`)
)

func attributes(s string) map[string]string {
	out := map[string]string{}
	for _, m := range attribute.FindAllStringSubmatch(s, -1) {
		out[strings.ToLower(m[1])] = html.UnescapeString(m[2])
	}
	return out
}

// loads compares everything that a page loads with the statement, and scripts with their integrity attribute.
func (s *siteCheck) loads(ctx context.Context, path, page string) error {
	for _, m := range tag.FindAllStringSubmatch(page, -1) {
		a := attributes(m[2])
		from := a["href"]
		if strings.EqualFold(m[1], "script") {
			from = a["src"]
			if from == "" || strings.TrimSpace(m[3]) != "" {
				s.found("verify.site_inline", errs.Args{"Path": path})
				continue
			}
		}
		hash, err := s.asset(ctx, path, from)
		if err != nil {
			return err
		}
		raw, herr := hex.DecodeString(hash)
		if strings.EqualFold(m[1], "script") && herr == nil && hash != "" && a["integrity"] != "sha256-"+base64.StdEncoding.EncodeToString(raw) {
			s.found("verify.site_integrity", errs.Args{"Path": path, "Name": from})
		}
	}
	for _, a := range []string{"files", "work", "words", "keeper", "ceremony"} { // workers and the word list, which a script loads later
		if m := regexp.MustCompile(` data-` + a + `="([^"]*)"`).FindStringSubmatch(page); m != nil {
			if _, err := s.asset(ctx, path, html.UnescapeString(m[1])); err != nil {
				return err
			}
		}
	}
	return nil
}

// asset fetches a file once and compares it with the statement. It returns the hash that the statement has for it.
func (s *siteCheck) asset(ctx context.Context, path, from string) (string, error) {
	m := assetPath.FindStringSubmatch(from)
	if m == nil {
		s.found("verify.site_elsewhere", errs.Args{"Path": path, "Name": from})
		return "", nil
	}
	name := m[1] + "." + m[3]
	want := s.files[name]
	if want == "" || !strings.HasPrefix(want, m[2]) {
		s.found("verify.site_unlisted", errs.Args{"Path": from})
		return want, nil
	}
	if s.seen[from] {
		return want, nil
	}
	s.seen[from] = true
	resp, b, err := s.fetch(ctx, from)
	if err != nil {
		return "", err
	}
	if sum := sha256.Sum256(b); resp.StatusCode != http.StatusOK || hex.EncodeToString(sum[:]) != want {
		s.found("verify.site_changed", errs.Args{"Path": from})
	}
	return want, nil
}

// keysIn compares the keys that stand in a page with the verified list.
func (s *siteCheck) keysIn(path, page string) {
	for name, want := range map[string]string{"root": s.t.Set.Root, "ack": s.t.Set.Ack, "publiclog": s.t.Set.Logs.Public, "caselog": s.t.Set.Logs.Cases} {
		s.keyIn(path, page, name, want)
	}
}

func (s *siteCheck) keyIn(path, page, name, want string) {
	m := regexp.MustCompile(` data-` + name + `="([^"]*)"`).FindStringSubmatch(page)
	if m == nil || html.UnescapeString(m[1]) != want {
		s.found("verify.site_keys", errs.Args{"Path": path, "Name": name})
	}
}
