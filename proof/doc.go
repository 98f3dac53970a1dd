// Package proof makes and checks, without network and without the server that it is about, the statements with
// which others can hold an authority to what it said: acknowledgements, the leaves, checkpoints and proofs of its
// two logs, and its signed lists of keys. docs/spec/proof.md describes every byte.
//
// One statement has one spelling. Every reader here writes what it read once more and refuses the input unless
// the bytes are the same, so that no byte of a kept file can change without being noticed, not even one that a
// signature does not cover.
//
// The package must never: fetch anything; read the clock; trust a key that stands only in the file being checked
// (the caller brings the keys, and the root key by its fingerprint); show a secret through fmt, slog or
// encoding/json; or import package seal or internal packages.
package proof

import "errors"

// The errors of this package, to be tested with errors.Is.
var (
	// ErrFormat means that the bytes break the format, or are another spelling of a sound statement.
	ErrFormat = errors.New("proof: not in the format")
	// ErrSignature means a signature that is missing, wrong, or by another key.
	ErrSignature = errors.New("proof: signature missing, wrong or by another key")
	// ErrKey means a key or key name that cannot be used.
	ErrKey = errors.New("proof: not a usable key")
	// ErrOrigin means that a statement belongs to another log or installation.
	ErrOrigin = errors.New("proof: of another log")
	// ErrOpening means that an opening does not belong to the leaf.
	ErrOpening = errors.New("proof: opening and leaf do not belong together")
	// ErrNotIncluded means that an inclusion proof does not show the leaf in the log.
	ErrNotIncluded = errors.New("proof: the log does not show this entry")
	// ErrInconsistent means that a newer state of a log does not contain an older one: something was taken back.
	ErrInconsistent = errors.New("proof: the log was rewritten")
	// ErrRoot means a list that is signed by another root key than the trusted one.
	ErrRoot = errors.New("proof: signed by another root key")
	// ErrCountersignature means that custodians or inspectors stand in a list without the inspector's signature.
	ErrCountersignature = errors.New("proof: the inspector's countersignature is missing")
	// ErrOlder means a list older than one that was accepted before, or another one of the same number.
	ErrOlder = errors.New("proof: older than what was accepted before")
	// ErrAddition: a roster that the root did not sign, and that is no addition which two members of the one before may make.
	ErrAddition = errors.New("proof: not an addition to the roster before by a holder and an approver of it")
	// ErrNoProof means that an inclusion proof is required and missing.
	ErrNoProof = errors.New("proof: the proof of publication is missing")
	// ErrSecret is what marshalling a secret by accident gives.
	ErrSecret = errors.New("proof: a secret is not marshalled; ask for it by name")
)
