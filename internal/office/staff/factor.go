package staff

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"image/png"
	"strings"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

const (
	codePeriod = 30 // seconds: RFC 6238
	codeWindow = 1  // steps before and after now that are taken
	codeSecret = 20 // bytes
	maxMisses  = 5
	missWait   = 15 * time.Minute
	qrSize     = 264 // pixels
)

// SecondFactor is what somebody who joins puts into an app on their phone.
type SecondFactor struct {
	URI    string // otpauth://totp/…
	Secret string // base32 in groups of four, for typing
	QR     []byte // PNG of the URI
}

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

// secondFactor is the secret that an invitation leads to. It follows from the link and a key of ours, so that nothing is
// kept before somebody has joined and the page can be loaded again.
func (s *Service) secondFactor(mark [32]byte) []byte {
	h := hmac.New(sha256.New, s.keys.enrolTOTP)
	h.Write(mark[:])
	return h.Sum(nil)[:codeSecret]
}

func showFactor(secret []byte, host, account string) (f SecondFactor, err error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: host, AccountName: account, Secret: secret, Period: codePeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return f, fmt.Errorf("second factor: %w", err)
	}
	img, err := key.Image(qrSize, qrSize)
	if err != nil {
		return f, fmt.Errorf("second factor: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return f, fmt.Errorf("second factor: %w", err)
	}
	f.URI, f.QR = key.URL(), b.Bytes()
	text := base32Text.EncodeToString(secret)
	for i := 0; i < len(text); i += 4 {
		f.Secret += text[i:min(i+4, len(text))] + " "
	}
	f.Secret = strings.TrimSpace(f.Secret)
	return f, nil
}

// codeStep is the time step whose code this is, among those that are taken now. Every step is tried, so that the time it
// takes says nothing.
func codeStep(secret []byte, code string, now time.Time) (step int64, ok bool, err error) {
	code = plainCode(code)
	middle := now.Unix() / codePeriod
	for at := middle - codeWindow; at <= middle+codeWindow; at++ {
		want, err := totp.GenerateCodeCustom(base32Text.EncodeToString(secret), time.Unix(at*codePeriod, 0),
			totp.ValidateOpts{Period: codePeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, false, fmt.Errorf("second factor: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = at, true
		}
	}
	return step, ok, nil
}

// plainCode forgives blanks and the digits of a Chinese keyboard.
func plainCode(code string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\u3000' || r == '\u00a0':
			return -1
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		}
		return r
	}, code)
}

// sealFactor encrypts a secret for the database, bound to its account.
func (s *Service) sealFactor(secret []byte, at Door, who id.Member) ([]byte, error) {
	aead, err := s.factorCipher()
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, secret, factorOf(at, who)), nil
}

func (s *Service) openFactor(a store.Account) ([]byte, error) {
	aead, err := s.factorCipher()
	if err != nil {
		return nil, err
	}
	secret, err := aead.Open(nil, nil, a.TOTP, factorOf(Door(a.Door), a.ID))
	if err != nil {
		return nil, fmt.Errorf("the second factor does not open with this server's key: %w", err)
	}
	return secret, nil
}

func (s *Service) factorCipher() (cipher.AEAD, error) {
	block, err := aes.NewCipher(s.keys.totp)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func factorOf(at Door, who id.Member) []byte {
	return []byte("clarion/totp/v1\n" + string(at) + "\n" + string(who))
}

func errWrongCode() error { return errs.New(errs.Invalid, "staff.code_wrong", nil).AtField("code") }

// takeCode checks the code of somebody whose signature was right. A wrong one is counted, so that its line must be kept:
// refused is what the person is told, and err alone undoes the transaction.
func (s *Service) takeCode(tx *store.Tx, a store.Account, secret []byte, code string) (refused, err error) {
	now := s.o.Now()
	if wait := a.Wait.Sub(now); wait > 0 {
		return errs.New(errs.TooMany, "staff.code_wait", errs.Args{"Minutes": int(wait/time.Minute) + 1}), nil
	}
	step, ok, err := codeStep(secret, code, now)
	if err != nil {
		return nil, err
	}
	if ok && step <= a.Step {
		return errs.New(errs.Conflict, "store.code_taken", nil).AtField("code"), nil
	}
	if ok {
		return nil, tx.TakeCode(a.Door, a.ID, step)
	}
	waits, err := tx.MissCode(a.Door, a.ID, maxMisses, now.Add(missWait))
	if err != nil {
		return nil, err
	}
	e, err := s.entry(a.ID, Door(a.Door), "second-factor-wrong", nil)
	if err != nil {
		return nil, err
	}
	e.Outcome = store.Refused
	if err := tx.Audit(e); err != nil || !waits {
		return errWrongCode(), err
	}
	if _, err := tx.AddAlarm(store.Alarm{At: now, Kind: store.AlarmSecondFactor, Who: a.ID, Detail: []byte(`{"door":"` + a.Door + `"}`)}); err != nil {
		return nil, err
	}
	err = s.audit(tx, a.ID, Door(a.Door), "second-factor-alarm", map[string]any{"minutes": int(missWait / time.Minute)})
	return errs.New(errs.TooMany, "staff.code_wait", errs.Args{"Minutes": int(missWait / time.Minute)}), err
}

// CodeOf is the code that a telephone with this secret (base32) shows at a time, for whoever plays a person.
func CodeOf(secret string, at time.Time) (string, error) { return totp.GenerateCode(secret, at) }
