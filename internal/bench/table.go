package bench

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteTable writes the report for people: the run, a line for each row, then the notes.
func (r *Report) WriteTable(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "clarion bench %s: clarion %s, %s, %d CPUs, %s on %s\n", r.Bench, r.Version, r.Go, r.CPUs, r.Database, r.Filesystem)
	fmt.Fprintf(&b, "%d clients, %g s a row, load average %.1f before and %.1f after; others used %.0f %% of the processors\n", r.Clients, r.Seconds, r.LoadBefore, r.LoadAfter, r.Others)
	fmt.Fprintf(&b, "load generator: %s\n\n", r.Generator)
	t := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "row\tmeasured\tp50\tp99\tbudget\t")
	var notes []string
	for _, row := range r.Rows {
		measured, mark := amount(row.Value)+" "+row.Unit, ""
		if row.Absent != "" {
			measured = row.Absent
		}
		if row.Error != "" {
			measured = "-"
			notes = append(notes, fmt.Sprintf("%s: %s", row.Name, row.Error))
		}
		if row.Note != "" {
			mark = fmt.Sprintf(" [%d]", len(notes)+1)
			notes = append(notes, row.Note)
		}
		fmt.Fprintf(t, "%s%s\t%s\t%s\t%s\t%s\t%s\n", row.Name, mark, measured, millis(row.P50), millis(row.P99), row.Budget.text(row.Unit), row.Verdict)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for i, n := range notes {
		fmt.Fprintf(&b, "\n[%d] %s", i+1, n)
	}
	if len(notes) > 0 {
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (b *Budget) text(unit string) string {
	if b == nil {
		return "-"
	}
	op := "≥"
	if b.Op == "<=" {
		op = "≤"
	}
	return fmt.Sprintf("%s %s %s", op, amount(b.Limit), unit)
}

// amount shows as many digits as a measurement on a shared machine is worth.
func amount(v float64) string {
	switch {
	case v >= 100 || v == float64(int64(v)):
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}

func millis(v float64) string {
	if v == 0 {
		return "-"
	}
	return amount(v) + " ms"
}
