package store_test

import (
	"bytes"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/internal/workday"
)

func TestCaseUnits(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		first, second, third := add(t, s), add(t, s), add(t, s)
		day, later := workday.MustDay("2026-03-10"), workday.MustDay("2026-03-12")
		var doc store.Doc
		write(t, s, func(tx *store.Tx) error {
			for _, r := range []*storetest.Report{first, second} {
				if err := tx.JoinUnit(r.Case.Key, "unit-9", day); err != nil {
					return err
				}
			}
			if err := tx.JoinUnit(first.Case.Key, "unit-9", later); err != nil { // keeps its day
				return err
			}
			if err := tx.JoinUnit(third.Case.Key, "unit-8", later); err != nil {
				return err
			}
			docs, err := tx.Docs(first.Case.Key, cases.FromReporter)
			if err != nil {
				return err
			}
			doc = docs[0]
			if err := tx.AddHeader(doc.Key, "unit-9", []byte("old")); err != nil {
				return err
			}
			return tx.AddHeader(doc.Key, "unit-9", []byte("header"))
		})
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.JoinedCases("unit-9", 0, 10)
			if err != nil || len(got) != 2 || got[0].Key != first.Case.Key || got[1].Key != second.Case.Key || got[0].Since != day {
				t.Errorf("cases of the office: %+v, %v", got, err)
			}
			if got, err := tx.JoinedCases("unit-9", first.Case.Key, 1); err != nil || len(got) != 1 || got[0].Key != second.Case.Key {
				t.Errorf("the next page: %+v, %v", got, err)
			}
			u, err := tx.CaseUnit(first.Case.Key, "unit-9")
			if d := diff(store.CaseUnit{Unit: "unit-9", Since: day, Docs: 1}, u); d != "" || err != nil {
				t.Errorf("%v\n%s", err, d)
			}
			if _, err := tx.CaseUnit(first.Case.Key, "unit-8"); !errs.Is(err, errs.NotFound) {
				t.Errorf("an office that did not join: %v", err)
			}
			header, err := tx.Header(doc.Key, "unit-9")
			if !bytes.Equal(header, []byte("header")) {
				t.Errorf("header %q", header)
			}
			if _, err := tx.Header(doc.Key, "unit-8"); !errs.Is(err, errs.NotFound) {
				t.Errorf("a header of another office: %v", err)
			}
			return err
		})
		write(t, s, func(tx *store.Tx) error { return tx.LeaveUnit(first.Case.Key, "unit-9") })
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.LeaveUnit(first.Case.Key, "unit-9") }); !errs.Is(err, errs.NotFound) {
			t.Errorf("left twice: %v", err)
		}
		write(t, s, func(tx *store.Tx) error { _, err := tx.EraseCase(second.Case.Key); return err })
		read(t, s, func(tx *store.Tx) error {
			if got, err := tx.JoinedCases("unit-9", 0, 10); err != nil || len(got) != 0 {
				t.Errorf("left and erased: %+v, %v", got, err)
			}
			if _, err := tx.Header(doc.Key, "unit-9"); !errs.Is(err, errs.NotFound) {
				t.Errorf("the header stayed: %v", err)
			}
			return nil
		})
	})
}
