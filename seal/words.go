package seal

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/sethvargo/go-diceware/diceware"
)

// wordCount is the EFF large list without its four hyphenated words, which typing and canonical form would
// break in two.
const wordCount = 7772

type wordList struct {
	at    []string
	index map[string]int
}

// words is the list in the order of EFF's dice numbers.
var words = sync.OnceValue(func() wordList {
	list := diceware.WordListEffLarge()
	out := wordList{index: make(map[string]int, wordCount)}
	for n := 11111; n <= 66666; n++ {
		w := list.WordAt(n)
		switch w {
		case "", "drop-down", "felt-tip", "t-shirt", "yo-yo":
			continue
		}
		out.index[w] = len(out.at)
		out.at = append(out.at, w)
	}
	if len(out.at) != wordCount {
		panic("seal: the word list is not EFF's large list")
	}
	return out
})

// Words returns the word list that codes, passphrases and fingerprints use, 7,772 words.
func Words() []string { return slices.Clone(words().at) }

// uniform draws numbers below bound from a seed, without bias: the stream is cut into 16-bit big-endian
// numbers, and those at or above the largest multiple of bound are skipped.
type uniform struct {
	prk   []byte
	label string
	block int
	buf   []byte
}

// newUniform starts the stream HKDF-Expand(PRK, label/0) ‖ HKDF-Expand(PRK, label/1) ‖ …, 32 bytes each, with
// PRK = HKDF-Extract(salt "clarion/draw/v1", seed).
func newUniform(seed [32]byte, label string) *uniform {
	prk, err := hkdf.Extract(sha256.New, seed[:], []byte("clarion/draw/v1"))
	if err != nil {
		panic("seal: HKDF-SHA256 with 32 bytes always works: " + err.Error())
	}
	return &uniform{prk: prk, label: label}
}

func (u *uniform) below(bound int) int {
	limit := 1 << 16 / bound * bound
	for {
		if len(u.buf) == 0 {
			u.buf = expand(u.prk, u.label+"/"+strconv.Itoa(u.block))
			u.block++
		}
		v := int(binary.BigEndian.Uint16(u.buf))
		u.buf = u.buf[2:]
		if v < limit {
			return v % bound
		}
	}
}

// expand is HKDF-Expand with SHA-256 to 32 bytes.
func expand(prk []byte, info string) []byte {
	out, err := hkdf.Expand(sha256.New, prk, info, 32)
	if err != nil {
		panic("seal: HKDF-SHA256 to 32 bytes always works: " + err.Error())
	}
	return out
}

func drawWords(seed [32]byte, label string, n int) string {
	u, list := newUniform(seed, label), words().at
	out := make([]string, n)
	for i := range out {
		out[i] = list[u.below(wordCount)]
	}
	return strings.Join(out, " ")
}

func randomSeed() (seed [32]byte) {
	rand.Read(seed[:])
	return seed
}

// GeneratePassphrase returns six random words of the list, 77 bits; scrypt stands in front of it wherever it is
// used.
func GeneratePassphrase() string { return drawWords(randomSeed(), "clarion/passphrase/v1", 6) }

// Fingerprint returns eight words (103 bits) that two people can compare aloud or type:
// words drawn from the seed SHA-256("clarion/fingerprint/v1\n" ‖ pub).
func Fingerprint(pub []byte) string {
	return drawWords(sha256.Sum256(prefixed("clarion/fingerprint/v1\n", pub)), "clarion/fingerprint/v1", 8)
}
