package site

import (
	"net/http"
	"strings"

	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

func parseLog(s string) (ledger.Log, error) { return ledger.ParseLog(s) }

func (s *Site) home(lang i18n.Lang, open bool) (string, any) {
	page := HomePage{Frame: s.frame(lang, ui.AtHome, ""), Open: open}
	for _, p := range s.phones(lang) {
		if p.Number != page.Site.Emergency.Number { // that one stands above every page
			page.Phones = append(page.Phones, p)
		}
	}
	if all := s.offices(lang); len(all) > 0 {
		page.Offices = []Address{{Name: s.o.Catalog.For(lang).T("site.home_letters", nil), Lines: all[0].Lines}}
	}
	return "home", page
}

func (s *Site) contact(lang i18n.Lang, _ bool) (string, any) {
	page := ContactPage{Frame: s.frame(lang, ui.AtContact, pathContact), Phones: s.phones(lang), Offices: s.offices(lang), Hours: s.o.Pack.HoursText.In(string(lang))}
	for _, o := range s.o.Pack.Screen.Options {
		if o.Why == "authority" {
			page.Inspectors = s.addresses(lang, o.Addresses)
		}
	}
	return "contact", page
}

func (s *Site) info(path, page string) func(lang i18n.Lang, open bool) (string, any) {
	here := ui.Elsewhere
	if path == pathSee {
		here = ui.AtSee
	}
	return func(lang i18n.Lang, _ bool) (string, any) { return page, InfoPage{s.frame(lang, here, path)} }
}

func (s *Site) source(lang i18n.Lang, _ bool) (string, any) {
	page := SourcePage{Frame: s.frame(lang, ui.Elsewhere, pathSource)}
	l := s.o.Catalog.For(lang)
	page.Rows = append(page.Rows, SourceRow{l.T("visit.source_version", nil), s.o.Version},
		SourceRow{l.T("visit.source_pack", nil), s.o.Pack.ID + " " + s.o.Pack.Version})
	for _, a := range s.assets.All() {
		page.Rows = append(page.Rows, SourceRow{a.Name, sha256Hex(a.Body)})
	}
	return "source", page
}

func (s *Site) retention(lang i18n.Lang, _ bool) (string, any) {
	l := s.o.Catalog.For(lang)
	page := RetentionPage{Frame: s.frame(lang, ui.Elsewhere, pathRetention)}
	for _, class := range []string{"declined", "unfounded", "concluded", "reward"} {
		if term, ok := s.o.Pack.Retention[class]; ok {
			page.Rows = append(page.Rows, RetentionRow{What: l.T(retentionKey(class), nil), Long: termText(l, term), Then: l.T("visit.retention_erased", nil)})
		}
	}
	page.Rows = append(page.Rows,
		RetentionRow{l.T("visit.retention_unsent", nil), l.T("visit.retention_day", nil), l.T("visit.retention_erased", nil)},
		RetentionRow{l.T("visit.retention_form", nil), l.T("visit.retention_day", nil), l.T("visit.retention_erased", nil)},
		RetentionRow{l.T("visit.retention_ledger", nil), l.T("visit.retention_always", nil), l.T("visit.retention_opaque", nil)})
	return "retention", page
}

// retentionKey names a class of the pack.
func retentionKey(class string) string {
	switch class {
	case "declined":
		return "visit.retention_declined"
	case "unfounded":
		return "visit.retention_unfounded"
	case "concluded":
		return "visit.retention_concluded"
	default:
		return "visit.retention_reward"
	}
}

func termText(l *i18n.Localizer, t workday.Term) string {
	key := "visit.term_days"
	switch t.Unit {
	case workday.Workdays:
		key = "visit.term_workdays"
	case workday.Months:
		key = "visit.term_months"
	default:
	}
	return l.T(key, i18nArgs{"Count": t.N})
}

func (s *Site) tour(lang i18n.Lang) web.Handler {
	return func(w http.ResponseWriter, _ *http.Request) error {
		l := s.o.Catalog.For(lang)
		page := s.o.Tour(l)
		page.Frame = s.frame(lang, ui.AtTour, pathTour)
		return s.page(w, http.StatusOK, "tour", lang, page)
	}
}

func (s *Site) phones(lang i18n.Lang) []ui.Phone {
	out := []ui.Phone{phoneOf(s.o.Pack.Emergency, string(lang))}
	for _, n := range s.o.Pack.Numbers {
		if n.Kind != "emergency" {
			out = append(out, phoneOf(n, string(lang)))
		}
	}
	return out
}

func (s *Site) offices(lang i18n.Lang) []Address {
	var out []Address
	for _, o := range s.o.Pack.Offices {
		a := Address{Name: o.Name.In(string(lang))}
		if t := o.Address.In(string(lang)); t != "" {
			a.Lines = strings.Split(t, "\n")
		}
		out = append(out, a)
	}
	return out
}

func (s *Site) addresses(lang i18n.Lang, ids []string) []Address {
	var out []Address
	for _, id := range ids {
		if a, ok := s.o.Pack.Address(id); ok {
			out = append(out, addressOf(a, string(lang)))
		}
	}
	return out
}

func addressOf(a *pack.Address, lang string) Address {
	out := Address{Name: a.Name.In(lang), Phone: ui.Phone{Number: a.Shown, Tel: a.Tel}}
	for _, line := range []string{a.What.In(lang), a.Post.In(lang), a.URL} {
		if line != "" {
			out.Lines = append(out.Lines, strings.Split(line, "\n")...)
		}
	}
	return out
}

// robots tells crawlers to leave the form and the mailbox alone. It protects nobody; it keeps them out of results.
func robots() string {
	return "User-agent: *\nDisallow: /*/api/\nDisallow: /*/report\nDisallow: /*/mailbox\n"
}
