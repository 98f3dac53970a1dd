package staff

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"clarion.example/clarion/internal/errs"
	"github.com/go-webauthn/webauthn/webauthn"
)

// ceremonyLife is how long somebody may take from a page's question to the answer of their passkey.
const ceremonyLife = 5 * time.Minute

const (
	maxState = 8 << 10
	maxBody  = 64 << 10 // of an answer of a passkey
	maxDepth = 32
)

type ceremony string

const (
	signingIn ceremony = "sign-in"
	adding    ceremony = "add"
)

// state is what must be known at the end of a passkey's ceremony. The browser keeps it for us, under a MAC.
type state struct {
	Ceremony ceremony             `json:"ceremony"`
	Door     Door                 `json:"door"`
	Session  []byte               `json:"session,omitempty"` // the mark of the session that adds or shows a passkey
	Until    int64                `json:"until"`
	Data     webauthn.SessionData `json:"data"`
}

func (s *Service) stateMAC(b []byte) []byte {
	h := hmac.New(sha256.New, s.keys.state)
	h.Write([]byte("clarion/ceremony/v1\n"))
	h.Write(b)
	return h.Sum(nil)
}

func (s *Service) sealState(st state) (string, error) {
	st.Until = s.o.Now().Add(ceremonyLife).Unix()
	b, err := json.Marshal(st)
	return base64.RawURLEncoding.EncodeToString(append(b, s.stateMAC(b)...)), err
}

// openState reads a state of ours for this ceremony, door and session, which is empty at a sign-in.
func (s *Service) openState(text string, want ceremony, at Door, session []byte) (st state, err error) {
	over := errs.New(errs.Invalid, "staff.ceremony_over", nil)
	if len(text) > maxState {
		return st, over
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < sha256.Size {
		return st, over
	}
	b, mac := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if !hmac.Equal(mac, s.stateMAC(b)) {
		return st, over
	}
	if err := json.Unmarshal(b, &st); err != nil {
		return st, err
	}
	if st.Ceremony != want || st.Door != at || !bytes.Equal(st.Session, session) || s.o.Now().Unix() >= st.Until {
		return st, over
	}
	return st, nil
}

// RefusePRF refuses a request's JSON that holds the result of a passkey's PRF anywhere: with it the server could open the
// person's key file. Under "prf" it lets only "enabled" stand. A page's handler calls it on the whole body before it
// looks at anything in it.
func RefusePRF(body []byte) error {
	if len(body) > maxBody {
		return errs.New(errs.Invalid, "staff.passkey_refused", nil)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	found, err := holdsPRF(d, false, maxDepth)
	if err == nil && !found {
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		err = errors.New("staff: more than one value")
	}
	if found {
		return errs.New(errs.Invalid, "staff.prf_results", nil)
	}
	return errs.Wrap(errs.Invalid, "staff.passkey_refused", nil, err)
}

// holdsPRF reads one JSON value. inPRF says that it is the value of "prf".
func holdsPRF(d *json.Decoder, inPRF bool, depth int) (found bool, err error) {
	t, err := d.Token()
	if err != nil {
		return false, err
	}
	open, ok := t.(json.Delim)
	if !ok {
		return inPRF && t != nil, nil // a PRF that is a text or a number
	}
	if depth == 0 {
		return false, errors.New("staff: too deep")
	}
	for d.More() {
		inside := false
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return false, err
			}
			name, _ := key.(string)
			if secretKey(name) || inPRF && !strings.EqualFold(name, "enabled") {
				return true, nil
			}
			inside = strings.EqualFold(name, "prf")
			if inPRF {
				if found, err := holdsMore(d); found || err != nil {
					return found, err
				}
				continue
			}
		} else if inPRF {
			return true, nil
		}
		if found, err := holdsPRF(d, inside, depth-1); found || err != nil {
			return found, err
		}
	}
	_, err = d.Token()
	return false, err
}

// holdsMore: "enabled" is true or false, and nothing hides in it.
func holdsMore(d *json.Decoder) (bool, error) {
	t, err := d.Token()
	_, plain := t.(bool)
	return err == nil && !plain && t != nil, err
}

// secretKey names what carries such results in any of the extensions' spellings. Names are compared as encoding/json
// compares them.
func secretKey(name string) bool {
	return strings.EqualFold(name, "results") || strings.EqualFold(name, "hmacGetSecret")
}
