// Package site is the public door: every page that anyone may open, one struct and one template each.
//
// It must never set a cookie, read or keep an address, put a code, an answer or a title of a case into a URL, show
// again what a reporter sent, or reach the staff's use cases or the database.
package site

import (
	"embed"
	"fmt"
	"io/fs"

	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/ui"
)

// pageFiles holds the public pages: one folder each, with its template. Each has a struct of the same name in
// the files view_*.go; the template may use nothing else.
//
//go:embed pages/*/*.html
var pageFiles embed.FS

// Values of the buttons named "go". Those that end in a colon are followed by an id.
const (
	goNext   = "next"    // check the answers of this step and go on
	goBack   = "back"    // the step before, without checking
	goStay   = "stay"    // this step again in another language, without checking
	goAdd    = "add"     // receive the chosen files and stay
	goSend   = "send"    // seal and send
	goChange = "change:" // the step that follows the colon
	goRemove = "remove:" // forget one received file
	goFile   = "file:"   // save one file of a message
	goErase  = "erase:"  // ask, then erase one message
	goAck    = "ack"     // save the acknowledgement
	goProof  = "proof"   // save the proof of inclusion
	goRecode = "recode"  // ask, then change the code
	goClose  = "close"   // ask, then close the mailbox
	goReview = "review"  // ask, then have the decision looked at again
	goObject = "object"  // ask, then object to a transfer
	goYes    = "yes"     // do what was asked
	goOpen   = "open"    // open or reload the mailbox
)

// newRenderer parses every public page in every language.
func newRenderer(c *i18n.Catalog, a *ui.Assets) (*ui.Renderer, error) {
	sub, err := fs.Sub(pageFiles, "pages")
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	return ui.NewRenderer(c, a, sub)
}

// Paths below a language's segment.
const (
	pathSealed    = "report"
	pathBox       = "mailbox"
	pathForm      = "api/form"
	pathReport    = "report/plain"
	pathMailbox   = "mailbox/plain"
	pathContact   = "contact"
	pathSee       = "what-we-see"
	pathThreat    = "threat-model"
	pathFlow      = "data-flow"
	pathRetention = "retention"
	pathVerify    = "verify"
	pathAccess    = "accessibility"
	pathSource    = "source"
	pathTour      = "tour"
)

// href is the address of a path in a language: href("zh-Hans", "contact") is /zh/contact.
func href(l i18n.Lang, path string) string { return "/" + l.Segment() + "/" + path }

// linksFor are the frame's links in a language. A tour exists only in a demo.
func linksFor(l i18n.Lang, demo bool) ui.Links {
	links := ui.Links{
		Home: href(l, ""), Report: href(l, pathSealed), Mailbox: href(l, pathBox), Contact: href(l, pathContact),
		See: href(l, pathSee), Threat: href(l, pathThreat), Flow: href(l, pathFlow), Retention: href(l, pathRetention), Verify: href(l, pathVerify),
		Access: href(l, pathAccess), Source: href(l, pathSource),
	}
	if demo {
		links.Tour = href(l, pathTour)
	}
	return links
}

// newFrame is the frame of the page at path (without its language). s holds the pack's texts in l's language.
func newFrame(l *i18n.Localizer, s ui.Site, here ui.Place, path string, demo bool) ui.Frame {
	f := ui.Frame{Site: s, Links: linksFor(l.Lang(), demo), Here: here, Demo: demo}
	for _, o := range l.Others() {
		f.Langs = append(f.Langs, ui.LangLink{Lang: o.Lang(), Name: o.Name(), Href: href(o.Lang(), path)})
	}
	return f
}

// Address is somebody else who can help, or an office of ours.
type Address struct {
	Name  string
	Lines []string // the postal address or what they do
	Hours string
	Phone ui.Phone
}
