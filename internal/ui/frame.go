package ui

import "clarion.example/clarion/internal/i18n"

// Frame is what stands around every page. A page's struct embeds it. All texts are in the page's language.
type Frame struct {
	Site    Site
	Links   Links
	Here    Place      // which entry of the navigation is this page
	Langs   []LangLink // the other languages
	Invalid bool       // the page shows an error: its title says so
	Demo    bool       // invented authority, fresh keys: a banner says so on every page

	// Keep is set on pages that hold answers. The language switch is then a button of the form "f" that posts them
	// to LangLink.Href with go=stay, and links out of the form open beside it.
	Keep bool
}

// Site is the authority as its pack names it.
type Site struct {
	Name      string // 明河公众举报中心
	Tagline   string // one short line below the name
	Place     string // the address people type, such as tips.minghe.example
	Leave     string // the neutral page to leave for: an absolute https address
	Emergency Phone
	Hotline   Phone
	Version   string
}

// Phone is a number that people may call.
type Phone struct {
	Label  string // what the number is for
	Number string // as people read it
	Tel    string // as a telephone dials it: digits and +
	Hours  string // when somebody answers, in words
	Note   string // what the caller should know first
}

// Links are the paths of the pages that the frame leads to, in the page's language. Tour is "" outside a demo.
type Links struct {
	Home, Report, Mailbox, Contact, See, Threat, Flow, Retention, Verify, Access, Source, Tour string
}

// Place is an entry of the navigation.
type Place string

// The entries of the navigation. Elsewhere is none of them.
const (
	Elsewhere Place = ""
	AtHome    Place = "home"
	AtReport  Place = "report"
	AtMailbox Place = "mailbox"
	AtContact Place = "contact"
	AtSee     Place = "see"
	AtTour    Place = "tour"
)

// LangLink leads to the same page in another language.
type LangLink struct {
	Lang i18n.Lang
	Name string // the language's own name
	Href string
}
