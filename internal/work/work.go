// Package work asks a sender's machine for some work before its report is taken, and checks that it was done: the
// ALTCHA proof of work, version 2 (https://altcha.org/docs/v2/proof-of-work-captcha), in its deterministic mode.
//
// It is pure. It must never look at who is asking: work grows with the load of all, and is capped at what a slow
// phone does in half a minute.
package work

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"clarion.example/clarion/internal/errs"
)

const (
	algorithm = "PBKDF2/SHA-256"
	keyLength = 32
	// cost is the rounds of one derivation. Few rounds and a high counter cost the sender the same as many rounds and
	// a low one, and the server, which derives once, much less.
	cost = 1000
	// Life is how long a challenge may take: reading and writing are not hurried by it, since the page asks for it
	// only when the report is ready.
	Life = 20 * time.Minute
)

// Effort is the expected number of derivations.
type Effort int

// The efforts. A phone of 2018 derives about 1,500 times a second natively and 25 times without a just-in-time
// compiler and WebCrypto; Most keeps even that one within half a minute.
const (
	Least Effort = 40
	Most  Effort = 700
)

// EffortAt grows with load, from Least when little waits to Most when the queue is half full.
func EffortAt(waiting, queue int) Effort {
	if queue < 2 {
		return Least
	}
	return effortUnder(float64(waiting) / float64(queue))
}

// effortUnder is for a load between 0 and 1.
func effortUnder(load float64) Effort {
	return Least + Effort(min(1, 2*max(0, load))*float64(Most-Least))
}

// uploadSteps are the efforts of uploads up to so many bytes; a larger one costs topUpload.
var uploadSteps = [...]struct {
	size   int64
	effort Effort
}{{1 << 20, Least}, {8 << 20, 80}, {32 << 20, 160}, {128 << 20, 320}}

const topUpload Effort = 640

// EffortFor grows with the size of an upload in bytes, and as [EffortAt] does with a load between 0 and 1: what waits for
// the database, or how much of the room for uploads is taken.
func EffortFor(size int64, load float64) Effort {
	e := topUpload
	for _, s := range uploadSteps {
		if size <= s.size {
			e = s.effort
			break
		}
	}
	return max(e, effortUnder(load))
}

// Data is what a challenge pays for: one upload of so many bytes. A challenge without it pays for a report.
type Data struct {
	Upload int64 `json:"upload"`
}

// Parameters are the signed part of a challenge, in the order in which they are signed.
type Parameters struct {
	Algorithm    string `json:"algorithm"`
	Cost         int    `json:"cost"`
	Data         *Data  `json:"data,omitempty"`
	ExpiresAt    int64  `json:"expiresAt"`
	KeyLength    int    `json:"keyLength"`
	KeyPrefix    string `json:"keyPrefix"`
	KeySignature string `json:"keySignature"`
	Nonce        string `json:"nonce"`
	Salt         string `json:"salt"`
}

// Challenge is what a sender gets.
type Challenge struct {
	Parameters Parameters `json:"parameters"`
	Signature  string     `json:"signature"`
}

// Solution is what a sender found.
type Solution struct {
	Counter    uint32 `json:"counter"`
	DerivedKey string `json:"derivedKey"`
}

// Payload is what comes back with a report.
type Payload struct {
	Challenge Challenge `json:"challenge"`
	Solution  Solution  `json:"solution"`
}

// Keys sign challenges and the keys that solve them. They are derived from one secret of the installation.
type Keys struct{ signature, key []byte }

// NewKeys derives the keys from a secret of 32 bytes.
func NewKeys(secret []byte) Keys {
	of := func(label string) []byte {
		h := hmac.New(sha256.New, secret)
		h.Write([]byte(label))
		return []byte(hex.EncodeToString(h.Sum(nil)))
	}
	return Keys{of("clarion/pow/v2/challenge"), of("clarion/pow/v2/solution")}
}

func mac(key, data []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil))
}

// Issue makes a challenge whose solution lies at a random counter below twice the effort, and which pays for a report.
func (k Keys) Issue(e Effort, now time.Time) (Challenge, error) { return k.issue(e, nil, now) }

// IssueUpload makes one that pays for an upload of size bytes.
func (k Keys) IssueUpload(e Effort, size int64, now time.Time) (Challenge, error) {
	return k.issue(e, &Data{size}, now)
}

func (k Keys) issue(e Effort, pays *Data, now time.Time) (Challenge, error) {
	var b [36]byte
	rand.Read(b[:])
	nonce, salt := b[:16], b[16:32]
	counter := binary.BigEndian.Uint32(b[32:]) % uint32(2*e)
	key, err := derive(nonce, salt, counter, cost)
	if err != nil {
		return Challenge{}, err
	}
	p := Parameters{
		Algorithm: algorithm, Cost: cost, Data: pays, ExpiresAt: now.Add(Life).Unix(), KeyLength: keyLength, KeyPrefix: hex.EncodeToString(key[:keyLength/2]),
		KeySignature: mac(k.key, key), Nonce: hex.EncodeToString(nonce), Salt: hex.EncodeToString(salt),
	}
	sig, err := k.sign(p)
	return Challenge{p, sig}, err
}

func (k Keys) sign(p Parameters) (string, error) {
	b, err := json.Marshal(p)
	return mac(k.signature, b), err
}

// Check accepts a payload whose challenge is ours and alive, pays for a report, and whose derived key bears our
// signature. With rederive it also derives the key from the counter, which finds a sender who got the key in another way. The error is Invalid
// with key "work.missing", "work.expired" or "work.wrong". Mark names the challenge for its single use.
func (k Keys) Check(p Payload, now time.Time, rederive bool) (mark [32]byte, err error) {
	if p.Challenge.Parameters.Data != nil {
		return mark, errs.New(errs.Invalid, "work.wrong", nil)
	}
	return k.check(p, now, rederive)
}

// CheckUpload is [Keys.Check] for a challenge that pays for an upload of exactly size bytes.
func (k Keys) CheckUpload(p Payload, size int64, now time.Time, rederive bool) (mark [32]byte, err error) {
	if d := p.Challenge.Parameters.Data; d != nil && d.Upload != size || d == nil && p.Challenge.Signature != "" {
		return mark, errs.New(errs.Invalid, "work.wrong", nil)
	}
	return k.check(p, now, rederive)
}

func (k Keys) check(p Payload, now time.Time, rederive bool) (mark [32]byte, err error) {
	c := p.Challenge.Parameters
	if p.Challenge.Signature == "" {
		return mark, errs.New(errs.Invalid, "work.missing", nil)
	}
	sig, err := k.sign(c)
	if err != nil {
		return mark, err
	}
	if !hmac.Equal([]byte(sig), []byte(p.Challenge.Signature)) {
		return mark, errs.New(errs.Invalid, "work.wrong", nil)
	}
	if now.Unix() > c.ExpiresAt {
		return mark, errs.New(errs.Invalid, "work.expired", nil)
	}
	found, err := hex.DecodeString(p.Solution.DerivedKey)
	if err != nil || len(found) != keyLength || !hmac.Equal([]byte(mac(k.key, found)), []byte(c.KeySignature)) {
		return mark, errs.New(errs.Invalid, "work.wrong", nil)
	}
	mark = sha256.Sum256([]byte("clarion/pow/v2/mark\n" + c.Nonce + c.Salt))
	if !rederive {
		return mark, nil
	}
	nonce, nerr := hex.DecodeString(c.Nonce)
	salt, serr := hex.DecodeString(c.Salt)
	if nerr != nil || serr != nil {
		return mark, errs.New(errs.Invalid, "work.wrong", nil)
	}
	key, err := derive(nonce, salt, p.Solution.Counter, c.Cost)
	if err == nil && !hmac.Equal(key, found) {
		err = errs.New(errs.Invalid, "work.wrong", nil)
	}
	return mark, err
}

func derive(nonce, salt []byte, counter uint32, rounds int) ([]byte, error) {
	password := binary.BigEndian.AppendUint32(append(make([]byte, 0, len(nonce)+4), nonce...), counter)
	key, err := pbkdf2.Key(sha256.New, string(password), salt, rounds, keyLength)
	if err != nil {
		return nil, fmt.Errorf("deriving a key: %w", err)
	}
	return key, nil
}

// Solve does the work, for clients that are not browsers. It tries counters up to limit.
func Solve(c Challenge, limit uint32) (Payload, error) {
	nonce, err := hex.DecodeString(c.Parameters.Nonce)
	if err != nil {
		return Payload{}, fmt.Errorf("challenge: %w", err)
	}
	salt, err := hex.DecodeString(c.Parameters.Salt)
	if err != nil {
		return Payload{}, fmt.Errorf("challenge: %w", err)
	}
	if c.Parameters.Algorithm != algorithm || c.Parameters.Cost < 1 || c.Parameters.Cost > 100_000 || c.Parameters.KeyLength != keyLength {
		return Payload{}, fmt.Errorf("challenge asks for work of an unknown kind")
	}
	for counter := range limit {
		key, err := derive(nonce, salt, counter, c.Parameters.Cost)
		if err != nil {
			return Payload{}, err
		}
		if hex.EncodeToString(key[:keyLength/2]) == c.Parameters.KeyPrefix {
			return Payload{c, Solution{counter, hex.EncodeToString(key)}}, nil
		}
	}
	return Payload{}, fmt.Errorf("no solution below %d", limit)
}
