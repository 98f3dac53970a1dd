package app_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	_ "github.com/jackc/pgx/v5/stdlib" // the dump below reads the database past the program
)

// plants are strings that a reporter, or somebody who probes, sends in every place that takes one.
type plants struct{ all map[string]string }

// mark makes a string for a place that nothing else holds.
func (p *plants) mark(place string) string {
	s := "zqx" + strings.ReplaceAll(place, " ", "") + hex.EncodeToString(randomBytes(5)) + "qz"
	p.all[place] = s
	return s
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// forms are the spellings in which a planted string could have been kept.
func forms(s string) map[string][]byte {
	out := map[string][]byte{"plain": []byte(s), "hex": []byte(hex.EncodeToString([]byte(s))), "HEX": []byte(strings.ToUpper(hex.EncodeToString([]byte(s))))}
	var wide []byte
	for _, u := range utf16.Encode([]rune(s)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	out["UTF-16"] = wide
	for shift := range 3 { // whatever stands before it; the edges are cut off
		enc := base64.StdEncoding.EncodeToString(append(make([]byte, shift), s...))
		out[fmt.Sprint("base64 ", shift)] = []byte(enc[4 : len(enc)-4])
	}
	return out
}

func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return string(readAll(t, resp.Body))
}

// codeSpellings are the ways to write a code down.
func codeSpellings(code string) []string {
	out := []string{code, strings.ReplaceAll(code, " ", ""), strings.ReplaceAll(code, " ", "-"), strings.ReplaceAll(code, " ", "\n"), strings.ReplaceAll(code, " ", "+"), strings.ReplaceAll(code, " ", "%20")}
	if bare := out[1]; len(bare) == 40 && strings.Trim(bare, "0123456789") == "" {
		for _, n := range []int{2, 3, 5, 8, 10, 20} {
			var parts []string
			for i := 0; i < len(bare); i += n {
				parts = append(parts, bare[i:min(i+n, len(bare))])
			}
			out = append(out, strings.Join(parts, " "), strings.Join(parts, "-"))
		}
	}
	return out
}

// lookIn searches texts for every planted string and every code.
func lookIn(t *testing.T, m *plants, codes []string, in map[string][]byte) {
	t.Helper()
	for where, text := range in {
		for place, s := range m.all {
			for how, f := range forms(s) {
				if i := bytes.Index(text, f); i >= 0 {
					t.Errorf("%s holds the %s, %s: %.200q", where, place, how, text[max(0, i-60):min(len(text), i+140)])
				}
			}
		}
		for _, code := range codes[:2] {
			for _, s := range codeSpellings(code) {
				for how, f := range forms(s) {
					if bytes.Contains(text, f) {
						t.Errorf("%s holds a receipt code, %s", where, how)
					}
				}
			}
		}
		if where == "dump" && !bytes.Contains(text, []byte(codes[2])) {
			t.Error("the search does not find the case number in the dump: it would find nothing else")
		}
	}
}

// searchFiles searches everything below a directory: database, write-ahead log, blobs, keys, temporary files. With
// control the case number must be found, as a sign that the search finds what is there.
func searchFiles(t *testing.T, m *plants, codes []string, when, dir string, control bool) {
	t.Helper()
	found := false
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		// A running database replaces files of its own under our eyes; what is gone again is kept nowhere.
		if errors.Is(err, fs.ErrNotExist) && path != dir {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		lookIn(t, m, codes, map[string][]byte{when + " " + rel: b, when + " the name of " + rel: []byte(rel)})
		found = found || bytes.Contains(b, []byte(codes[2]))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if control && !found {
		t.Errorf("%s: the search does not find the case number in the files: it would find nothing else", when)
	}
}

// databaseFiles is the directory in which PostgreSQL keeps the database, everything written out.
func databaseFiles(t *testing.T, dsn string) string {
	t.Helper()
	db := raw(t, dsn)
	defer db.Close()
	if _, err := db.Exec(`CHECKPOINT`); err != nil {
		t.Fatal(err)
	}
	at := column(t, db, `SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()`)
	return at[0]
}

// raw opens the database past the program.
func raw(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	driver, name := "pgx", dsn
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		driver, name = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// dump is every value of every table.
func dump(t *testing.T, dsn string) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, table := range tables(t, dsn) {
		for _, row := range table.rows {
			for _, v := range row {
				out.Write(v)
				out.WriteByte('\n')
			}
		}
	}
	return out.Bytes()
}

type dumped struct {
	name string
	rows []dumpedRow
}

// dumpedRow is a row of a table by column, numbers in decimal.
type dumpedRow map[string][]byte

func (r dumpedRow) text(column string) string { return string(r[column]) }

// tables is everything that the database holds.
func tables(t *testing.T, dsn string) (out []dumped) {
	t.Helper()
	db := raw(t, dsn)
	defer db.Close()
	list := `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	if strings.HasPrefix(dsn, "sqlite:") {
		list = `SELECT name FROM sqlite_master WHERE type = 'table'`
	}
	names := column(t, db, list)
	if len(names) < 10 {
		t.Fatalf("the dump sees only the tables %v", names)
	}
	for _, name := range names {
		rows, err := db.QueryContext(context.WithoutCancel(t.Context()), `SELECT * FROM `+name)
		if err != nil {
			t.Fatal(err)
		}
		table := dumped{name: name}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				t.Fatal(err)
			}
			row := dumpedRow{}
			for i, v := range values {
				if b, ok := (*v.(*any)).([]byte); ok {
					row[columns[i]] = b
				} else {
					row[columns[i]] = fmt.Append(nil, *v.(*any))
				}
			}
			table.rows = append(table.rows, row)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
		out = append(out, table)
	}
	return out
}

func column(t *testing.T, db *sql.DB, q string) (out []string) {
	t.Helper()
	rows, err := db.Query(q)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// certificate writes a self-signed certificate for the child's door.
func certificate(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
