package site

import (
	"slices"
	"strconv"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/seal"
)

// thread lists what the unit wrote, and the days on which the reporter wrote.
func (b *box) thread(v intake.View) []ui.ThreadItem {
	var out []ui.ThreadItem
	for _, e := range v.Entries {
		it := ui.ThreadItem{Kind: ui.FromStaff, ID: strconv.FormatInt(e.Item, 10), By: b.unitName(string(e.Unit)), Day: e.Day, Text: e.Text, Erase: true}
		switch {
		case e.Mine:
			it = ui.ThreadItem{Kind: ui.FromYou, Day: e.Day}
			if e.Kind == seal.KindReport {
				it.Kind = ui.YourReport
				// Days are all that is kept of a reporter's acts; of what happened on one day, the report came first.
				out = slices.Insert(out, 0, it)
				continue
			}
		case e.Waiting:
			it.Kind, it.Erase = ui.Waiting, false
		case e.Erased:
			it.Kind, it.Erase = ui.Erased, false
		case e.Fault == intake.FaultForged:
			it.Kind, it.Text, it.Erase = ui.False, "", false
		case e.Review:
			it.By = b.l.T("visit.by_inspector", nil)
		case e.Kind == seal.KindDecision:
			it.Tag = ui.Tag{Text: b.l.T("visit.tag_decision", nil)}
		}
		if e.Fault == intake.FaultGap {
			out = append(out, ui.ThreadItem{Kind: ui.Gap, Day: e.Day})
		}
		for _, f := range e.Files {
			it.Files = append(it.Files, ui.FileItem{ID: f.ID, Name: f.Name, Size: f.Size})
		}
		out = append(out, it)
	}
	if n := lastStaff(out); n >= 0 && !v.Asked.IsZero() {
		out[n].Tag = ui.Tag{Tone: ui.Warn, Text: b.l.T("visit.tag_asked", nil)}
	}
	return out
}

func lastStaff(items []ui.ThreadItem) int {
	for i := len(items) - 1; i >= 0; i-- {
		if items[i].Kind == ui.FromStaff {
			return i
		}
	}
	return -1
}

// warnings say what does not fit, once each.
func (b *box) warnings(v intake.View) (out []ui.Note) {
	var forged, gap bool
	for _, e := range v.Entries {
		forged, gap = forged || e.Fault == intake.FaultForged, gap || e.Fault == intake.FaultGap
	}
	if forged {
		out = append(out, ui.Note{Tone: ui.Danger, Title: b.l.T("visit.note_forged", nil)})
	}
	if gap {
		out = append(out, ui.Note{Tone: ui.Danger, Title: b.l.T("visit.note_gap", nil)})
	}
	if v.Elsewhere {
		out = append(out, ui.Note{Tone: ui.Danger, Title: b.l.T("visit.note_lead", nil), Text: b.l.T("visit.note_lead_text", nil)})
	}
	return out
}

func (b *box) emptyText(v intake.View) string {
	for _, s := range v.Steps {
		if s.Kind == cases.StepFirst && !s.Due.IsZero() {
			return b.l.T("visit.empty_text", i18nArgs{"Day": b.l.DayMonth(s.Due)})
		}
	}
	return ""
}

// timeline is the way of the case in days.
func (b *box) timeline(v intake.View) []ui.TimelineItem {
	var out []ui.TimelineItem
	for _, s := range v.Steps {
		it := ui.TimelineItem{Title: b.l.T(s.Key(), nil)}
		switch s.State {
		case cases.StepDone:
			it.State, it.Day, it.Due = ui.Done, s.Done, s.Due
		case cases.StepNow:
			it.State, it.Day, it.By = ui.Now, s.Due, true
		default:
			it.State, it.Day, it.By = ui.ToCome, s.Due, true
		}
		out = append(out, it)
	}
	return out
}
