package store

import (
	"fmt"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/workday"
)

// Mailbox is the reporter's side of a case: public keys only. Nothing about visits is stored.
type Mailbox struct {
	Key       int64
	Case      int64
	Auth      [32]byte // Ed25519, signs requests
	Sign      [32]byte // Ed25519, signs documents
	Recipient string   // replies are sealed to it
}

// AddMailbox stores an open mailbox and returns its key. Conflict when its sign-in key is known.
func (tx *Tx) AddMailbox(m Mailbox) (key int64, err error) {
	if key, err = tx.newKey("mailboxes"); err != nil {
		return 0, err
	}
	return key, tx.insert(`INSERT INTO mailboxes (key, case_key, auth, sign, recipient, state, claim_day, claim_tries)
		VALUES (?1, ?2, ?3, ?4, ?5, 'open', '', 0)`, key, m.Case, m.Auth[:], m.Sign[:], m.Recipient)
}

func (tx *Tx) mailboxWhere(where string, args ...any) (m Mailbox, err error) {
	err = tx.one(`SELECT key, case_key, auth, sign, recipient FROM mailboxes WHERE state = 'open' AND `+where+`
		ORDER BY key DESC LIMIT 1`, args, &m.Key, &m.Case, (*hash)(&m.Auth), (*hash)(&m.Sign), &m.Recipient)
	return m, absent(err, "store.mailbox_absent")
}

// MailboxByAuth returns the open mailbox of a sign-in key. A closed, an erased and a never-made mailbox are the
// same NotFound.
func (tx *Tx) MailboxByAuth(auth [32]byte) (Mailbox, error) {
	return tx.mailboxWhere("auth = ?1", auth[:])
}

// MailboxOf returns the newest open mailbox of a case, or NotFound.
func (tx *Tx) MailboxOf(caseKey int64) (Mailbox, error) {
	return tx.mailboxWhere("case_key = ?1", caseKey)
}

// HadMailbox reports whether a case has, or had, a mailbox.
func (tx *Tx) HadMailbox(caseKey int64) (had bool, err error) {
	err = tx.one(`SELECT EXISTS (SELECT 1 FROM mailboxes WHERE case_key = ?1)`, []any{caseKey}, &had)
	return had, err
}

// Item is a document that a mailbox shows. Copied says that the mailbox has a resealed body of its own. Note is
// the signed erase note of an erased item.
type Item struct {
	Key    int64
	Doc    Doc
	Copied bool
	Erased bool
	Note   []byte
}

// AddItem makes a document visible in a mailbox. own is the body resealed for this mailbox, nil when the stored
// body of the document serves. Conflict when it is visible already.
func (tx *Tx) AddItem(mailboxKey, docKey int64, own []byte) (key int64, err error) {
	if key, err = tx.newKey("mailbox_items"); err != nil {
		return 0, err
	}
	err = tx.insert(`INSERT INTO mailbox_items (key, mailbox_key, doc_key, erased) VALUES (?1, ?2, ?3, ?4)`,
		key, mailboxKey, docKey, false)
	if err == nil && own != nil {
		err = tx.addCopy(key, own)
	}
	return key, err
}

func (tx *Tx) addCopy(itemKey int64, body []byte) error {
	return tx.insert(`INSERT INTO mailbox_copies (item_key, body) VALUES (?1, ?2)`, itemKey, body)
}

// Items lists what a mailbox shows, in the order in which it became visible, erased items included.
func (tx *Tx) Items(mailboxKey int64) ([]Item, error) {
	return list(tx, `SELECT `+docColumns+`, i.key, i.erased, i.note,
		EXISTS (SELECT 1 FROM mailbox_copies c WHERE c.item_key = i.key)
		FROM mailbox_items i JOIN docs d ON d.key = i.doc_key WHERE i.mailbox_key = ?1 ORDER BY i.key`,
		[]any{mailboxKey}, func(scan scanFunc) (it Item, err error) {
			it.Doc, err = scanDoc(scan, &it.Key, &it.Erased, &it.Note, &it.Copied)
			return it, err
		})
}

// OpenItems is [Tx.Items] with the sealed bytes that the mailbox shows for each, nil for erased ones, in one query.
func (tx *Tx) OpenItems(mailboxKey int64) (items []Item, bodies [][]byte, err error) {
	items, err = list(tx, `SELECT `+docColumns+`, i.key, i.erased, i.note, c.body IS NOT NULL,
		CASE WHEN i.erased THEN NULL ELSE COALESCE(c.body, b.body) END
		FROM mailbox_items i JOIN docs d ON d.key = i.doc_key JOIN doc_bodies b ON b.doc_key = d.key
		LEFT JOIN mailbox_copies c ON c.item_key = i.key WHERE i.mailbox_key = ?1 ORDER BY i.key`,
		[]any{mailboxKey}, func(scan scanFunc) (it Item, err error) {
			var body []byte
			it.Doc, err = scanDoc(scan, &it.Key, &it.Erased, &it.Note, &it.Copied, &body)
			bodies = append(bodies, body)
			return it, err
		})
	return items, bodies, err
}

// EraseItem takes a message out of a mailbox and keeps the signed note of it; the unit's body and the leaf stay.
// Erasing again changes nothing. NotFound when the item is of another mailbox.
func (tx *Tx) EraseItem(mailboxKey, itemKey int64, note []byte) error {
	var erased bool
	err := tx.one(`SELECT erased FROM mailbox_items WHERE mailbox_key = ?1 AND key = ?2`, []any{mailboxKey, itemKey}, &erased)
	if err != nil || erased {
		return absent(err, "store.item_absent")
	}
	if _, err := tx.exec(`UPDATE mailbox_items SET erased = ?2, note = ?3 WHERE key = ?1`, itemKey, true, note); err != nil {
		return err
	}
	_, err = tx.exec(`DELETE FROM mailbox_copies WHERE item_key = ?1`, itemKey)
	return err
}

// ReplaceMailboxKeys gives a mailbox the keys of a new code, every item that is not erased its new copy, and erased
// ones the notes that the new key signed, by item key. A copy of no bytes leaves the item as it is: it is one that its owner
// could not open. The old sign-in key opens nothing afterwards. Conflict when
// next.Auth is known, when the mailbox no longer has the old key, or when copies or notes and items do not match: a
// message without a copy could not be read.
func (tx *Tx) ReplaceMailboxKeys(old [32]byte, next Mailbox, copies, notes map[int64][]byte) error {
	n, err := tx.exec(`UPDATE mailboxes SET auth = ?3, sign = ?4, recipient = ?5
		WHERE key = ?1 AND auth = ?2 AND state = 'open'`, next.Key, old[:], next.Auth[:], next.Sign[:], next.Recipient)
	if err := changed(n, err, errs.Conflict, "store.mailbox_moved"); err != nil {
		return err
	}
	items, err := tx.Items(next.Key)
	if err != nil {
		return err
	}
	copied, noted := 0, 0
	for _, it := range items {
		if it.Erased {
			if note, ok := notes[it.Key]; ok {
				if _, err := tx.exec(`UPDATE mailbox_items SET note = ?2 WHERE key = ?1`, it.Key, note); err != nil {
					return err
				}
				noted++
			}
			continue
		}
		body, ok := copies[it.Key]
		if !ok {
			return errs.New(errs.Conflict, "store.mailbox_moved", nil)
		}
		copied++
		if len(body) == 0 {
			continue
		}
		if _, err := tx.exec(`DELETE FROM mailbox_copies WHERE item_key = ?1`, it.Key); err != nil {
			return err
		}
		if err := tx.addCopy(it.Key, body); err != nil {
			return err
		}
	}
	if copied != len(copies) || noted != len(notes) {
		return errs.Wrap(errs.Conflict, "store.mailbox_moved", nil, fmt.Errorf("%d copies and %d notes for %d and %d items", len(copies), len(notes), copied, noted))
	}
	return nil
}

// CloseMailbox erases what the mailbox holds and keeps only that its sign-in key was used. NotFound when it is
// not open.
func (tx *Tx) CloseMailbox(mailboxKey int64) error {
	n, err := tx.exec(`UPDATE mailboxes SET state = 'closed', recipient = '', claim_day = '', claim_tries = 0
		WHERE key = ?1 AND state = 'open'`, mailboxKey)
	if err := changed(n, err, errs.NotFound, "store.mailbox_absent"); err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM claims WHERE mailbox_key = ?1`, mailboxKey); err != nil {
		return err
	}
	_, err = tx.exec(`DELETE FROM mailbox_items WHERE mailbox_key = ?1`, mailboxKey)
	return err
}

// TryClaim counts one try of a claim passphrase and refuses with TooMany after limit tries in a day. It must
// commit whatever the try comes to: the caller checks the passphrase in a call of its own.
func (tx *Tx) TryClaim(mailboxKey int64, day workday.Day, limit int) error {
	n, err := tx.exec(`UPDATE mailboxes SET claim_tries = CASE WHEN claim_day = ?2 THEN claim_tries + 1 ELSE 1 END,
		claim_day = ?2 WHERE key = ?1 AND state = 'open' AND (claim_day <> ?2 OR claim_tries < ?3)`,
		mailboxKey, day, int64(limit))
	return changed(n, err, errs.TooMany, "store.claim_tries")
}
