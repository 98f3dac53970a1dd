package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/store/storetest"
)

// childArg makes this test binary the serving process, as the hidden command does for the product.
const childArg = "bench-serve"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == childArg {
		if err := Serve(context.Background(), os.Stdin, os.Stdout, os.Stderr); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func tiny(t *testing.T) Options {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Options{
		Dir: t.TempDir(), Span: 200 * time.Millisecond, Clients: 4, Child: []string{self, childArg}, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		ErrOut: t.Output(),
	}
}

// intakeRows are the rows of a run of intake, those whose names hold counts by their beginning.
var intakeRows = []string{
	"sealed report, 4 clients", "  99 of 100 within", "  CPU of the server for each", "  with 1 client, half within",
	"bare group commit of the same bytes", "  sealed report against bare",
	"memory of the server under that load, most", "memory of the server, idle",
	"plain report, sealed by the server, 4 clients", "  CPU of the server for each", "  with 1 client, half within",
	"sealed report, store path alone, 4 goroutines", "  CPU for each", "start to ready, with",
}

func TestIntake(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		o := tiny(t)
		if dsn := fresh(t); strings.HasPrefix(dsn, "postgres:") {
			o.Database = dsn
		}
		r, err := Intake(t.Context(), o)
		wantRows(t, r, err, intakeRows)
		wantEmpty(t, o.Dir)
	})
}

func TestMailbox(t *testing.T) {
	t.Parallel()
	o := tiny(t)
	r, err := Mailbox(t.Context(), o)
	wantRows(t, r, err, []string{"mailbox look-up, challenge and signed request", "plain mailbox, opened with its code", "plain mailbox, code that opens nothing"})
	wantEmpty(t, o.Dir)
}

func TestDesk(t *testing.T) {
	t.Parallel()
	o := tiny(t)
	r, err := Desk(300)(t.Context(), o)
	var rows []string
	for _, name := range []string{"first page", "a page far behind", "before triage", "late", "new letters", "to approve", "a category", "a category, far behind", "a region and a state", "a day",
		"by telephone, in English", "a handler's first page", "a handler's letters", "near their end", "the board", "a handler's board", "a month of clocks", "numbers beside the lists", "numbers beside a handler's lists"} {
		rows = append(rows, "queue of 300 cases: "+name)
	}
	wantRows(t, r, err, rows)
	wantEmpty(t, o.Dir)
}

func TestUploads(t *testing.T) {
	t.Parallel()
	o := tiny(t)
	r, err := Uploads(t.Context(), o)
	wantRows(t, r, err, []string{"one upload of 8 MB", "sealed report, steady, alone", "sealed report, steady, beside 32 uploads", "  99 of 100 within, against alone",
		"32 uploads of 8 MiB each, meanwhile", "memory of the server under that load, most"})
	wantEmpty(t, o.Dir)
}

func TestPages(t *testing.T) {
	t.Parallel()
	o := tiny(t)
	r, err := Pages(t.Context(), o)
	rows := []string{
		"report's first page, first visit, weight", "report's first page, first visit, requests",
		"home page from memory, brotli", "bare net/http handler, same bytes and headers", "  home page against bare",
	}
	if r != nil && !slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Absent == "nginx not found" }) {
		rows = append(rows, "nginx, same bytes and headers")
	}
	wantRows(t, r, err, append(rows, "  home page against nginx"))
	wantEmpty(t, o.Dir)
}

func wantRows(t *testing.T, r *Report, err error, names []string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, row := range r.Rows {
		name := row.Name
		if i < len(names) && strings.HasPrefix(name, names[i]) {
			name = names[i]
		}
		got = append(got, name)
		if row.Error != "" {
			t.Errorf("%s: %s", row.Name, row.Error)
		}
		if row.Value <= 0 && row.Absent == "" {
			t.Errorf("%s: %v %s", row.Name, row.Value, row.Unit)
		}
		if (row.Budget != nil && row.Absent == "") != (row.Verdict != "") {
			t.Errorf("%s: budget %v and verdict %q", row.Name, row.Budget, row.Verdict)
		}
	}
	if diff := cmp.Diff(names, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	wantJSON(t, r)
}

// wantJSON reads the JSON back, and looks for every row in the table.
func wantJSON(t *testing.T, r *Report) {
	t.Helper()
	var b, table bytes.Buffer
	if err := errors.Join(r.WriteJSON(&b), r.WriteTable(&table)); err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(&b)
	d.DisallowUnknownFields()
	var back Report
	if err := d.Decode(&back); err != nil {
		t.Fatalf("the JSON is none: %v", err)
	}
	if diff := cmp.Diff(*r, back); diff != "" {
		t.Errorf("JSON (-report +read back):\n%s", diff)
	}
	for _, row := range r.Rows {
		if !strings.Contains(table.String(), row.Name) {
			t.Errorf("the table lacks %q", row.Name)
		}
	}
	if !strings.Contains(table.String(), "load generator: own") {
		t.Error("the table does not name the load generator")
	}
}

func wantEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("the bench left %v (%v)", left, err)
	}
}

// TestWrongAnswersAreErrors: a server that fails fast must not be taken for a fast one.
func TestWrongAnswersAreErrors(t *testing.T) {
	t.Parallel()
	const right = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
	for name, c := range map[string]struct{ answer, fault string }{
		"right":            {right, ""},
		"right in chunks":  {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", ""},
		"busy":             {"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\nhello", "503 instead of 200"},
		"another page":     {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsorry", "without what the page must hold"},
		"cut":              {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", "reading an answer"},
		"cut in chunks":    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "reading an answer"},
		"wrong chunk":      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n", "reading an answer"},
		"no length":        {"HTTP/1.1 200 OK\r\n\r\nhello", "without a length"},
		"goodbye":          {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", "ends a connection"},
		"not HTTP":         {"SSH-2.0-OpenSSH_9.9 hello hello\r\n", "not an HTTP/1.1 answer"},
		"nothing":          {"", "reading an answer"},
		"an endless line":  {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 100<<10), "reading an answer"},
		"a length too big": {"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "larger than any"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := answering(t, c.answer)
			ask := same(getRequest(addr, "/", "identity"), want{http.StatusOK, []byte("hello")})
			l, err := drive(t.Context(), 2, 20*time.Millisecond, asking(addr, time.Second, ask))
			if c.fault == "" {
				if err != nil || l.rate() <= 0 {
					t.Fatalf("%v a second, %v", l.rate(), err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Fatalf("error %v lacks %q", err, c.fault)
			}
		})
	}
}

// answering serves the same bytes to every request, and hangs up when they end otherwise than an answer does.
func answering(t *testing.T, answer string) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				r := bufio.NewReader(c)
				for {
					if _, err := http.ReadRequest(r); err != nil {
						return
					}
					if _, err := c.Write([]byte(answer)); err != nil || !strings.HasSuffix(answer, "hello") && !strings.HasSuffix(answer, "0\r\n\r\n") || strings.Contains(answer, "9\r\n\r\n") {
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

// TestAFaultIsAnError: a row that could not be measured shows why, and its report does not pass.
func TestAFaultIsAnError(t *testing.T) {
	t.Parallel()
	r := &Report{}
	r.fail("row", errors.New("the server answered 503 instead of 200"))
	r.add(Row{Name: "kept", Value: 2, Budget: atLeast(1)})
	if r.Passed() || r.Rows[0].Verdict != Failed || r.Rows[1].Verdict != Pass {
		t.Errorf("rows %+v pass", r.Rows)
	}
	var b bytes.Buffer
	if err := r.WriteTable(&b); err != nil || !strings.Contains(b.String(), "503 instead of 200") || !strings.Contains(b.String(), "ERROR") {
		t.Errorf("the table hides the error (%v):\n%s", err, b.String())
	}
	_, err := drive(t.Context(), 1, time.Millisecond, func(int) (worker, error) {
		return worker{step: func() error { return errEnough }, close: func() {}}, nil
	})
	if err == nil {
		t.Error("a row without one answer is no error")
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	r := &Report{}
	for _, row := range []Row{
		{Value: 800, Budget: atLeast(800)}, {Value: 799.9, Budget: atLeast(800)}, {Value: 5, Budget: atMost(5)}, {Value: 5.1, Budget: atMost(5)},
		{Value: 1}, {Budget: atLeast(1), Absent: "nginx not found"},
	} {
		r.add(row)
	}
	var got []Verdict
	for _, row := range r.Rows {
		got = append(got, row.Verdict)
	}
	if diff := cmp.Diff([]Verdict{Pass, Miss, Pass, Miss, "", ""}, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
	if r.Passed() {
		t.Error("a report with a missed budget passes")
	}
}

func TestPercentiles(t *testing.T) {
	t.Parallel()
	l := load{elapsed: time.Second}
	for i := range 200 {
		l.took = append(l.took, time.Duration(200-i)*time.Millisecond)
	}
	if diff := cmp.Diff([]float64{1, 100, 198, 200, 200}, []float64{l.percentile(0), l.percentile(0.5), l.percentile(0.99), l.percentile(1), l.rate()}); diff != "" {
		t.Errorf("percentiles (-want +got):\n%s", diff)
	}
}

// TestPerStep: the steps of a file bring its bytes, no more: the last is short.
func TestPerStep(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]int{1: 1, uploadPiece: 1, uploadPiece + 1: 2, 8*uploadPiece + 70_000: 9} {
		if n, sum := steps(size), perStep(size)*float64(steps(size)); n != want || int(sum+0.5) != size {
			t.Errorf("%d bytes in %d steps that bring %v", size, n, sum)
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Options){
		"no time": func(o *Options) { o.Span = 0 }, "an age": func(o *Options) { o.Span = time.Hour }, "nobody": func(o *Options) { o.Clients = 0 },
		"a crowd": func(o *Options) { o.Clients = MaxClients + 1 }, "no program": func(o *Options) { o.Child = nil },
		"a program that does not serve": func(o *Options) { o.Child = []string{"/bin/false"} },
	} {
		o := tiny(t)
		change(&o)
		if r, err := Pages(t.Context(), o); err == nil {
			t.Errorf("%s: measured %+v", name, r.Rows)
		}
		wantEmpty(t, o.Dir)
	}
}

func TestMeter(t *testing.T) {
	t.Parallel()
	before := meter{busy: 100, all: 1000, own: 10}
	if diff := cmp.Diff([]float64{25, 0, -1}, []float64{
		meter{busy: 160, all: 1200, own: 20}.othersSince(before), meter{busy: 101, all: 1200, own: 20}.othersSince(before), before.othersSince(before),
	}); diff != "" {
		t.Errorf("others (-want +got):\n%s", diff)
	}
	if m := readMeter(); m.all < m.busy || m.busy < m.own || m.own <= 0 {
		t.Errorf("meter %+v", m)
	}
}
