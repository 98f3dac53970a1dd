// Package seal makes and opens everything that Clarion keeps secret from its own server: receipt codes and the
// keys that follow from them, sealed documents, sealed attachments, key files, the keys of staff, and the sheets that
// root and recovery keys are printed on. docs/spec/seal.md and docs/spec/staff.md describe every byte, so that another
// program can be written from them; the vectors in testdata bind both.
//
// A sealed thing is an age v1 file to post-quantum hybrid recipients (age1pq1…, ML-KEM-768 with X25519) and to
// nothing else. age authenticates nobody, so a document is signed inside the seal, and its signatures count only
// when the caller compares their keys with keys that it trusts ([Signed.VerifiedBy]).
//
// The package must never: seal to a classic, SSH, plugin or passphrase recipient, or to a mix (key files under a
// passphrase are the one exception, and hold no report); print a secret through fmt, slog or encoding/json; read
// the clock, the network or the environment; draw randomness from anything but crypto/rand; or import internal
// packages. It logs nothing. Errors never contain the words, codes or keys that caused them.
package seal

import "errors"

// The errors of this package, to be tested with errors.Is. Typed errors that name a position are
// [GroupError], [LengthError], [WordError], [ChainError], [FileError] and [SheetError].
var (
	// ErrWrongKey means that the file is well formed and none of the given keys opens it.
	ErrWrongKey = errors.New("seal: none of the keys opens this file")
	// ErrFormat means that the bytes are no sealed file of the allowed kind, or were changed or cut.
	ErrFormat = errors.New("seal: not a sealed file of the allowed kind, or damaged")
	// ErrRecipient means a public key that is no age1pq1 key, is listed twice, or is one too many.
	ErrRecipient = errors.New("seal: recipients must be one or more different age1pq1 keys, within the limit")
	// ErrIdentity means a secret key that is no AGE-SECRET-KEY-PQ-1 key.
	ErrIdentity = errors.New("seal: not an AGE-SECRET-KEY-PQ-1 key")
	// ErrSecret is what marshalling a secret by accident gives.
	ErrSecret = errors.New("seal: a secret is not marshalled; ask for it by name")
	// ErrTooLarge means that a documented size limit was passed.
	ErrTooLarge = errors.New("seal: larger than the limit")
	// ErrDocument means that the inside of a sealed document breaks the rules of its format.
	ErrDocument = errors.New("seal: document breaks the format")
	// ErrSignature means a signature that does not verify, or that is missing.
	ErrSignature = errors.New("seal: signature missing or wrong")
	// ErrRequest means a request or a statement with a field that cannot be signed.
	ErrRequest = errors.New("seal: request cannot be signed")
	// ErrInstance means an instance id outside the allowed form.
	ErrInstance = errors.New("seal: instance id must be 1 to 63 of a-z, 0-9, dot and hyphen")
	// ErrCode means a receipt code without any letter or digit in it.
	ErrCode = errors.New("seal: receipt code is empty")
	// ErrKeyFile means a key file that breaks the rules of its format.
	ErrKeyFile = errors.New("seal: key file breaks the format")
	// ErrShare means shares of an identity that do not belong together, or to what was asked for.
	ErrShare = errors.New("seal: shares do not belong together")
	// ErrPassphrase means a wrong or missing passphrase of a key file.
	ErrPassphrase = errors.New("seal: passphrase is wrong or missing")
)
