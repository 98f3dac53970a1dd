package pack

import (
	"fmt"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Approval is an inspector's word that a category with exactly this content may be opened.
type Approval struct {
	Category id.Category
	Hash     string // of the content, as [Category.Hash] gives it
	By       id.Member
	Day      workday.Day
}

// Statement is what the inspector signs. It begins with its kind, so that no other signature can stand for it.
func (a Approval) Statement() []byte {
	return fmt.Appendf(nil, "clarion/category-approval/v1\n%s\n%s\n%s\n%s\n", a.Category, a.Hash, a.By, a.Day)
}

// MayOpen decides whether people may report under the category. The caller has verified the signature of the
// approval, which is nil when there is none. Errors: Denied without an approval, Conflict when another
// category or an earlier content was approved.
func (c *Category) MayOpen(a *Approval) error {
	switch {
	case a == nil || a.By == "" || a.Day.IsZero():
		return errs.New(errs.Denied, "pack.not_approved", errs.Args{"Category": string(c.ID)})
	case a.Category != c.ID || a.Hash != c.Hash() || c.Hash() == "":
		return errs.New(errs.Conflict, "pack.changed_since_approval", errs.Args{"Category": string(c.ID)})
	default:
		return nil
	}
}

// Hash identifies the content of a loaded category: "sha256:" and 64 hexadecimal digits, over the canonical
// form of docs/spec/pack.md. Comments, order of keys and line breaks of the file do not change it; every word
// that people see does. It is "" for a category that was not loaded.
func (c *Category) Hash() string { return c.hash }
