package reporter

import (
	"context"
	"strings"

	"clarion.example/clarion/internal/web"
)

// doors looks at the doors of staff, where the caller knows them. What a door gives to everybody before a sign-in stands in the
// statement under "desk:" or "inspect:" and its path.
func (s *siteCheck) doors(ctx context.Context, want Expect) error {
	for _, d := range []struct {
		name string
		c    *Client
	}{{"desk:", want.Desk}, {"inspect:", want.Inspect}} {
		if d.c == nil {
			continue
		}
		at := &siteCheck{c: d.c, t: s.t, out: s.out, files: s.files, seen: map[string]bool{}, at: d.c.base}
		for _, l := range want.Langs {
			for _, path := range []string{"/" + l.Segment() + "/", "/" + l.Segment() + "/api/texts"} {
				if err := at.staffPage(ctx, d.name, path); err != nil {
					return err
				}
			}
		}
		for path, more := range map[string]string{"/viewer": web.ViewerMedia, "/viewer-pdf": web.ViewerPDF} {
			if err := at.viewer(ctx, d.name, path, more); err != nil {
				return err
			}
		}
	}
	return nil
}

// staffPage compares the page in which a door builds all others, or its texts.
func (s *siteCheck) staffPage(ctx context.Context, door, path string) error {
	resp, b, err := s.fetch(ctx, path)
	if err != nil || !s.same(path, s.files[door+path], resp, b) {
		return err
	}
	s.keyIn(path, string(b), "root", s.t.Set.Root)
	s.headers(path, resp.Header, s.expected(web.DeskPolicy), "no-store")
	return s.loads(ctx, path, string(b))
}

// viewer compares the document in which attachments are shown: it may load the script and the style sheet that it names.
func (s *siteCheck) viewer(ctx context.Context, door, path, more string) error {
	resp, b, err := s.fetch(ctx, path)
	if err != nil || !s.same(path, s.files[door+path], resp, b) {
		return err
	}
	var script, style string
	for _, m := range tag.FindAllStringSubmatch(string(b), -1) {
		if a := attributes(m[2]); strings.EqualFold(m[1], "script") {
			script = a["src"]
		} else {
			style = a["href"]
		}
	}
	s.headers(path, resp.Header, web.ExpectedFramed(s.c.https(), web.SandboxPolicy(s.c.base+script, s.c.base+style, more)), "no-store")
	return s.loads(ctx, path, string(b))
}
