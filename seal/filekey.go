package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// FileKey is what the content of one sealed file is under, and what each recipient finds in the header. Whoever has it
// reads this file and no other that is sealed to the same keys. It hides itself from fmt.
type FileKey [16]byte

// String says nothing of the key.
func (FileKey) String() string { return "file key" }

// GoString says nothing of the key.
func (FileKey) GoString() string { return "seal.FileKey" }

// FileKeyOf returns the file key of what [Seal] made, for somebody who shall read this one file. The errors are those
// of [Decrypt]; the content is not looked at.
func FileKeyOf(sealed []byte, ids ...*Identity) (FileKey, error) {
	if _, err := CheckHeader(sealed, MaxRecipients); err != nil {
		return FileKey{}, err
	}
	keys := make([]age.Identity, len(ids))
	for i, id := range ids {
		if id == nil || id.k == nil {
			return FileKey{}, ErrIdentity
		}
		keys[i] = id.k().age
	}
	if len(keys) == 0 {
		return FileKey{}, ErrWrongKey
	}
	header, err := age.ExtractHeader(bytes.NewReader(sealed))
	if err != nil {
		return FileKey{}, ErrFormat
	}
	key, err := age.DecryptHeader(header, keys...)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return FileKey{}, ErrWrongKey
	}
	if err != nil || len(key) != len(FileKey{}) {
		return FileKey{}, ErrFormat
	}
	return FileKey(key), nil
}

// OpenWithFileKey opens what [Seal] made with its file key. It is [ErrWrongKey] if the header does not confirm the key, which is
// another file's, or the header was changed; [ErrFormat] if the rest was.
func OpenWithFileKey(sealed []byte, key FileKey) ([]byte, error) {
	if _, err := CheckHeader(sealed, MaxRecipients); err != nil {
		return nil, err
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), age.NewInjectedFileKeyIdentity(key[:]))
	if err != nil {
		return nil, fmt.Errorf("%w: the header does not confirm the file key", ErrWrongKey)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, ErrFormat
	}
	return plain, nil
}
