package reporter

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/proof"
)

// maxPage is the largest page, script or style sheet.
const maxPage = 16 << 20

// Finding is one difference between a site and what it should be: a sentence of the catalogue.
type Finding struct {
	Key  string
	Args errs.Args
}

// SiteFacts are what a site gave, in lines that two people in different places can compare: everything but the last line is
// the same for all visitors until the next release or list of keys.
type SiteFacts struct {
	Lines    []string
	Findings []Finding
}

// Expect is what the caller knows of the program that should be answering.
type Expect struct {
	Version string            // of this program
	Files   map[string]string // of this program: name to hex SHA-256
	Langs   []i18n.Lang
	Desk    *Client // at the desk, nil not to look there
	Inspect *Client // at the inspector's door, nil not to look there
}

// siteCheck is one look at a site.
type siteCheck struct {
	c     *Client
	t     *Trusted
	out   *SiteFacts
	files map[string]string // of the statement: name or path to hex SHA-256
	seen  map[string]bool   // assets that were fetched
	at    string            // what stands before a path in a finding: the address of a door of staff, or ""
}

func (s *siteCheck) found(key string, args errs.Args) {
	if path, ok := args["Path"].(string); ok {
		args["Path"] = s.at + path
	}
	s.out.Findings = append(s.out.Findings, Finding{key, args})
}

func (s *siteCheck) line(format string, args ...any) {
	s.out.Lines = append(s.out.Lines, fmt.Sprintf(format, args...))
}

// Site fetches the pages with scripts, what they load, and the forms without scripts, and compares them with the statement of
// the release; that with the public log; the headers with those of this version; and the keys in the pages with the list.
// An error means that the look could not be finished.
func (c *Client) Site(ctx context.Context, t *Trusted, want Expect) (*SiteFacts, error) {
	s := &siteCheck{c: c, t: t, out: &SiteFacts{}, files: map[string]string{}, seen: map[string]bool{}}
	key, err := proof.ParseKey(t.Set.Root)
	if err != nil {
		return nil, err
	}
	s.line("instance %s", t.Set.Instance)
	s.line("root %s", proof.RootFingerprint(key))
	s.line("keys %d of %s", t.Set.Version, t.Set.Day)
	if err := s.release(ctx, want); err != nil {
		return nil, err
	}
	for _, path := range s.pages(want.Langs) {
		if err := s.page(ctx, path); err != nil {
			return nil, err
		}
	}
	for _, lang := range want.Langs {
		for _, path := range []string{"", "report/plain", "mailbox/plain"} {
			if err := s.plain(ctx, "/"+lang.Segment()+"/"+path); err != nil {
				return nil, err
			}
		}
	}
	if err := s.doors(ctx, want); err != nil {
		return nil, err
	}
	slices.Sort(s.out.Lines[3:])
	s.line("log %s %d %s", t.Public.Origin, t.Public.Size, t.Public.Root)
	return s.out, nil
}

// release reads the statement and looks for it in the public log.
func (s *siteCheck) release(ctx context.Context, want Expect) error {
	resp, b, err := s.fetch(ctx, "/release.txt")
	if err != nil {
		return err
	}
	lines := strings.Split(string(b), "\n")
	if resp.StatusCode != http.StatusOK || len(lines) < 4 || lines[0] != "clarion/release/v1" || lines[len(lines)-1] != "" {
		s.found("verify.site_statement", nil)
		return nil
	}
	for _, l := range lines[2 : len(lines)-1] {
		name, hash, ok := strings.Cut(l, " ")
		if raw, err := hex.DecodeString(hash); !ok || err != nil || len(raw) != sha256.Size || s.files[name] != "" {
			s.found("verify.site_statement", nil)
			return nil
		}
		s.files[name] = hash
		s.line("file %s %s", name, hash)
	}
	if lines[1] == want.Version {
		s.sameBuild(want)
	}
	s.line("release %s %x", lines[1], sha256.Sum256(b))
	return s.logged(ctx, sha256.Sum256(b))
}

// sameBuild compares the files of the statement, which are not pages, with those of this program, both ways.
func (s *siteCheck) sameBuild(want Expect) {
	names := slices.AppendSeq(slices.Collect(maps.Keys(want.Files)), maps.Keys(s.files))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if !strings.Contains(name, "/") && want.Files[name] != s.files[name] {
			s.found("verify.site_other_build", errs.Args{"Name": name, "Version": want.Version})
		}
	}
}

// logged looks for the statement in the log: it must be there, and be the newest. The first leaf must be the root's.
func (s *siteCheck) logged(ctx context.Context, hash [32]byte) error {
	leaf, err := proof.PublicLeaf(proof.PublicRelease, hash)
	if err != nil {
		return err
	}
	root, err := proof.PublicLeaf(proof.PublicRoot, sha256.Sum256(s.t.Set.RootObject()))
	if err != nil {
		return err
	}
	kind, ours, last := []byte("clarion/public-leaf/v1\n"+string(proof.PublicRelease)+"\n"), int64(-1), int64(-1)
	err = s.c.logAt(ctx, s.t.Public).each(0, func(i int64, l []byte) error {
		if i == 0 && !bytes.Equal(l, root) {
			s.found("verify.site_first_leaf", nil)
		}
		if bytes.HasPrefix(l, kind) {
			last = i
		}
		if bytes.Equal(l, leaf) {
			ours = i
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case ours < 0:
		s.found("verify.site_not_logged", nil)
	case ours < last:
		s.found("verify.site_old_release", nil)
	default:
		s.line("release leaf %d", ours)
	}
	return nil
}

// pages are those that the statement names, and those that may run scripts whatever it says.
func (s *siteCheck) pages(langs []i18n.Lang) []string {
	var out []string
	for name := range s.files {
		if strings.HasPrefix(name, "/") {
			out = append(out, name)
		}
	}
	for _, l := range langs {
		for _, p := range []string{"report", "mailbox", "verify"} {
			if path := "/" + l.Segment() + "/" + p; !slices.Contains(out, path) {
				out = append(out, path)
			}
		}
	}
	slices.Sort(out)
	return out
}

// fetch asks as a browser without anything kept would.
func (s *siteCheck) fetch(ctx context.Context, path string) (*http.Response, []byte, error) {
	return s.c.call(ctx, http.MethodGet, path, nil, nil, maxPage)
}

// page compares one page with scripts, or a description of the form, with the statement.
func (s *siteCheck) page(ctx context.Context, path string) error {
	resp, b, err := s.fetch(ctx, path)
	if err != nil {
		return err
	}
	if s.files[path] == "" && resp.StatusCode != http.StatusOK && !hasScript(b) {
		return nil // there is no such page with scripts
	}
	if !s.same(path, s.files[path], resp, b) {
		return nil
	}
	policy, cache := web.ScriptsPolicy, web.Revalidate
	if resp.Header.Get("Cache-Control") == "no-store" {
		cache = "no-store" // what a page that seals asks for; one that only checks may be kept and revalidated
	}
	if strings.Contains(string(b), " data-root=") {
		policy, cache = web.SealsPolicy, "no-store"
		s.keysIn(path, string(b))
	}
	s.headers(path, resp.Header, s.expected(policy), cache)
	return s.loads(ctx, path, string(b))
}

// same compares an answer with the hash that the statement has for it, and tells whether it is a page to look at further.
func (s *siteCheck) same(path, want string, resp *http.Response, b []byte) bool {
	switch sum := sha256.Sum256(b); {
	case want == "":
		s.found("verify.site_unlisted", errs.Args{"Path": path})
	case resp.StatusCode != http.StatusOK:
		s.found("verify.site_gone", errs.Args{"Path": path, "Status": resp.StatusCode})
		return false
	case hex.EncodeToString(sum[:]) != want:
		s.found("verify.site_changed", errs.Args{"Path": path})
	}
	return strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html")
}

// plain checks a page that must have no scripts at all.
func (s *siteCheck) plain(ctx context.Context, path string) error {
	resp, b, err := s.fetch(ctx, path)
	if err != nil {
		return err
	}
	if hasScript(b) {
		s.found("verify.site_script", errs.Args{"Path": path})
	}
	s.headers(path, resp.Header, s.expected(web.PlainPolicy), "")
	return nil
}

var scripted = regexp.MustCompile(`(?i)<script|javascript:|<[^>]+\son[a-z]+\s*=`)

func hasScript(b []byte) bool { return scripted.Match(b) }

// expected are the headers of a page under a policy.
func (s *siteCheck) expected(policy string) map[string]string {
	return web.Expected(s.c.https(), policy)
}

// headers names every header that is missing or says something else. cache is "" where any Cache-Control will do.
func (s *siteCheck) headers(path string, have http.Header, expected map[string]string, cache string) {
	if cache != "" {
		expected["Cache-Control"] = cache
	}
	for _, name := range slices.Sorted(maps.Keys(expected)) {
		if got := strings.Join(have.Values(name), ", "); got != expected[name] {
			s.found("verify.site_header", errs.Args{"Path": path, "Header": name, "Have": got})
		}
	}
	if len(have.Values("Set-Cookie")) > 0 {
		s.found("verify.site_cookie", errs.Args{"Path": path})
	}
}
