package seal

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"filippo.io/age"
)

func sealFile(t testing.TB, content []byte) ([]byte, File) {
	t.Helper()
	var sealed bytes.Buffer
	f, err := SealFile(&sealed, bytes.NewReader(content), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return sealed.Bytes(), f
}

func TestFileRoundTrip(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 65535, 65536, 65537, 300000} {
		content := bytes.Repeat([]byte("x\x00y"), n/3+1)[:n]
		sealed, f := sealFile(t, content)
		if f.Size != int64(n) || f.SealedSize != int64(len(sealed)) || f.Sealed != SealedHash(sealed) || f.SHA256 != SealedHash(content) {
			t.Errorf("%d: description %+v", n, f.Size)
		}
		if int64(len(sealed)) != SealedSize(PaddedLen(int64(n), FloorAttachment), 1) {
			t.Errorf("%d: sealed size %d shows the true size", n, len(sealed))
		}
		var out bytes.Buffer
		if err := OpenFile(&out, iotest.OneByteReader(bytes.NewReader(sealed)), f); err != nil || !bytes.Equal(out.Bytes(), content) {
			t.Errorf("%d: %v", n, err)
		}
		if err := VerifyFile(bytes.NewReader(sealed), f); err != nil {
			t.Errorf("%d: verify: %v", n, err)
		}
	}
}

func TestFileSizes(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{0, 1, 65536, 65537, 1 << 20, 1<<20 + 1, 7_654_321, 100 << 20, MaxFile} {
		size := SealedSize(PaddedLen(n, FloorAttachment), 1)
		if !IsFileSize(size) {
			t.Errorf("%d bytes, sealed in %d: not a size of an attachment", n, size)
		}
		for _, other := range []int64{-1, 1, 16, 17} {
			if IsFileSize(size + other) {
				t.Errorf("%d%+d bytes can be an attachment", size, other)
			}
		}
	}
	for _, n := range []int64{-1 << 63, -1, 0, 1, 1000, 65536, 1<<63 - 1} {
		if IsFileSize(n) {
			t.Errorf("%d bytes can be an attachment", n)
		}
	}
}

func TestFileTooLarge(t *testing.T) {
	t.Parallel()
	if _, err := SealFile(io.Discard, strings.NewReader("12345"), 4); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
	if _, err := SealFile(io.Discard, strings.NewReader("1234"), 4); err != nil {
		t.Error(err)
	}
	broken := errors.New("gone")
	if _, err := SealFile(io.Discard, iotest.ErrReader(broken), 4); !errors.Is(err, broken) {
		t.Error(err)
	}
}

func TestFileKeysAreNeverShared(t *testing.T) {
	t.Parallel()
	_, a := sealFile(t, []byte("same"))
	_, b := sealFile(t, []byte("same"))
	if a.Key == b.Key || a.Sealed == b.Sealed {
		t.Error("two files share a key or ciphertext")
	}
}

// crafted seals plain with f's key, as a forger who knows it could.
func crafted(t *testing.T, f File, plain []byte) ([]byte, File) {
	t.Helper()
	id, err := ParseIdentity(f.Key)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Seal(plain, id.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	f.Sealed = SealedHash(b)
	return b, f
}

func TestFileFaults(t *testing.T) {
	t.Parallel()
	content := []byte("evidence")
	sealed, good := sealFile(t, content)
	_, other := sealFile(t, content)
	padded := append(bytes.Clone(content), make([]byte, FloorAttachment-len(content))...)
	mutate := func(i int) []byte { b := bytes.Clone(padded); b[i] = 'X'; return b }
	for name, tc := range map[string]struct {
		sealed []byte
		change func(*File)
		want   FileFault
	}{
		"cut":             {sealed[:len(sealed)-1], nil, FaultSealedSize},
		"empty":           {nil, nil, FaultSealedSize},
		"longer":          {append(bytes.Clone(sealed), 0), nil, FaultSealedSize},
		"other hash":      {sealed, func(f *File) { f.Sealed = hashOf(3) }, FaultSealedHash},
		"other key":       {sealed, func(f *File) { f.Key = other.Key }, FaultDamaged},
		"other size":      {sealed, func(f *File) { f.Size-- }, FaultPadding},
		"bigger size":     {sealed, func(f *File) { f.Size++ }, FaultContent},
		"other content":   {sealed, func(f *File) { f.SHA256 = hashOf(3) }, FaultContent},
		"negative size":   {sealed, func(f *File) { f.Size = -1 }, FaultDescription},
		"huge size":       {sealed, func(f *File) { f.Size = 1 << 62 }, FaultDescription},
		"sealed size":     {sealed, func(f *File) { f.SealedSize++ }, FaultDescription},
		"upper-case hash": {sealed, func(f *File) { f.SHA256 = strings.ToUpper(f.SHA256) }, FaultDescription},
		"classic key":     {sealed, func(f *File) { f.Key = "AGE-SECRET-KEY-1QQ" }, FaultDescription},
		"cleaned":         {sealed, func(f *File) { f.Cleaned = "" }, FaultDescription},
	} {
		f := good
		if tc.change != nil {
			tc.change(&f)
		}
		assertFault(t, name, VerifyFile(bytes.NewReader(tc.sealed), f), tc.want)
	}
	for name, tc := range map[string]struct {
		plain []byte
		want  FileFault
	}{
		"padding at its start": {mutate(len(content)), FaultPadding},
		"padding at its end":   {mutate(len(padded) - 1), FaultPadding},
		"content":              {mutate(0), FaultContent},
		"unpadded":             {content, FaultSealedSize},
	} {
		b, f := crafted(t, good, tc.plain)
		assertFault(t, name, VerifyFile(bytes.NewReader(b), f), tc.want)
	}
	broken := errors.New("gone")
	err := VerifyFile(io.MultiReader(bytes.NewReader(sealed[:5000]), iotest.ErrReader(broken)), good)
	if !errors.Is(err, broken) {
		t.Errorf("failing source: %v", err)
	}
}

func assertFault(t *testing.T, name string, err error, want FileFault) {
	t.Helper()
	if e, ok := errors.AsType[*FileError](err); !ok || e.Fault != want {
		t.Errorf("%s: %v, want %s", name, err, want)
	}
}

func TestEveryFlippedByteOfAFileIsRefused(t *testing.T) {
	t.Parallel()
	sealed, f := sealFile(t, []byte("evidence"))
	for i := 0; i < len(sealed); i += 211 {
		sealed[i] ^= 1
		assertFault(t, "flip", VerifyFile(bytes.NewReader(sealed), f), FaultSealedHash)
		sealed[i] ^= 1
	}
}

func TestStockAgeOpensAFile(t *testing.T) {
	t.Parallel()
	sealed, f := sealFile(t, []byte("evidence"))
	id, err := age.ParseHybridIdentity(f.Key)
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), id)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil || string(bytes.TrimRight(plain, "\x00")) != "evidence" {
		t.Errorf("%q, %v", plain[:8], err)
	}
}

// A file of 64 MiB must not be held in memory: what is allocated stays far below its size.
func TestFilesStreamInConstantMemory(t *testing.T) {
	const size = 64 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := SealFile(io.Discard, io.LimitReader(zeros{}, size), size); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("sealing %d MiB allocated %d KiB in all", size>>20, used>>10)
	}
}

func FuzzOpenFile(f *testing.F) {
	sealed, file := sealFile(f, []byte("x"))
	f.Add(sealed[:2000], file.Size, file.Key)
	f.Add([]byte("age-encryption.org/v1\n"), int64(-1), "")
	f.Fuzz(func(t *testing.T, b []byte, size int64, key string) {
		bad := file
		bad.Size, bad.Key = size, key
		if err := VerifyFile(bytes.NewReader(b), bad); err == nil && !bytes.Equal(b, sealed) {
			t.Fatal("a foreign file fits the description")
		}
	})
}
