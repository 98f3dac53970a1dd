package config

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden file")

func TestLaterSourcesWin(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "clarion.toml")
	if err := os.WriteFile(file, []byte("[ledger]\ncheckpoint = \"30m\"\ndummies = 7\n[public]\nhosts = [\"A.onion\", \"b.example\"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(Source{
		File:    file,
		Environ: []string{"CLARION_LEDGER_DUMMIES=8", "CLARION_FILES_RESERVE=2MiB", "HOME=/x"},
		Flags:   map[string]string{"data": "d", "plain.min-age": "0s"},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := []any{c.Ledger.Checkpoint, c.Ledger.Dummies, c.Public.Hosts, c.Files.Reserve, c.Data, c.Database, c.Ledger.Keep, c.Plain.MinAge}
	want := []any{30 * time.Minute, 8, []string{"a.onion", "b.example"}, int64(2 << 20), "d", "sqlite:d/clarion.db", "d/ledger", time.Duration(0)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Load(Source{
		Environ: []string{"CLARION_PLAIN_LIVE=1h", "CLARION_OPS_LISTEN=0.0.0.0:9"},
		Flags:   map[string]string{"files.reserve": "lots", "public.url": "tips.example/x", "tls.cert": "x.pem", "slot": "3", "database": "mysql://user:hunter2@h/d"},
	})
	faults, ok := errors.AsType[Faults](err)
	if !ok {
		t.Fatalf("error %v is not Faults", err)
	}
	all := faults.Error()
	for _, want := range []string{
		"environment: no setting is called \"CLARION_PLAIN_LIVE\"", "ops.listen: \"0.0.0.0:9\" is not a loopback address",
		"files.reserve: \"lots\" is not a size", "public.url: \"tips.example/x\" is not an origin",
		"tls.cert and tls.key: give both or neither", "did you mean \"plain.slot\"?", "database: does not start with",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("faults lack %q:\n%s", want, all)
		}
	}
	if strings.Contains(all, "hunter2") {
		t.Error("a fault shows a password")
	}
}

// TestDoorsApart: cookies and passkeys ignore ports, so each door has a host name of its own.
func TestDoorsApart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		flags map[string]string
		want  string
	}{
		"as it comes":            {nil, ""},
		"onion beside":           {map[string]string{"public.url": "https://tips.example", "public.hosts": "tips.example,a.onion"}, ""},
		"desk at the public":     {map[string]string{"public.url": "https://tips.example", "desk.url": "https://tips.example:8443"}, "public.url and desk.url have the same host name tips.example"},
		"inspector at the desk":  {map[string]string{"desk.url": "https://desk.example", "inspect.url": "https://desk.example"}, "desk.url and inspect.url have the same host name"},
		"desk at the onion":      {map[string]string{"public.hosts": "a.onion", "desk.url": "http://a.onion"}, "public.hosts and desk.url have the same host name"},
		"desk without a name":    {map[string]string{"desk.url": "https://203.0.113.7"}, "desk.url is a bare address"},
		"two on one address":     {map[string]string{"desk.listen": "localhost:8080"}, "public.listen and desk.listen are the same address"},
		"each on a port of luck": {map[string]string{"desk.listen": "localhost:0", "public.listen": "localhost:0"}, ""},
	} {
		_, err := Load(Source{Flags: c.flags})
		switch {
		case c.want == "" && err != nil, c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestUnreadableFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "clarion.toml")
	if _, err := Load(Source{File: file}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if err := os.WriteFile(file, []byte("a = = b"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(Source{File: file}); err == nil || !strings.Contains(err.Error(), "clarion.toml") {
		t.Errorf("broken file: %v", err)
	}
}

// The page for operators is made from the list of settings, so that it cannot lag behind.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	const page = "../../docs/ops/settings.md"
	var b strings.Builder
	b.WriteString("# Settings\n\nFlags (`--set name=value`) win over the environment, which wins over the file (`--config FILE`, TOML). An unknown\nname is an error. The file may hold no secret. Limits of one report (text, files) are in the pack.\n\n")
	if err := Describe(&b); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(page, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(got)); diff != "" {
		t.Errorf("docs/ops/settings.md is stale, run go test ./internal/config -update (-want +got):\n%s", diff)
	}
}
