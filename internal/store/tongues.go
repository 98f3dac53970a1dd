package store

import "clarion.example/clarion/internal/id"

// Tongues are the languages in which the people at a door say that they can handle cases, as BCP 47 tags, by account. Who is not in it
// has said nothing.
func (tx *Tx) Tongues(door string) (map[id.Member][]string, error) {
	out := map[id.Member][]string{}
	err := tx.each(`SELECT account, lang FROM tongues WHERE door = ?1 ORDER BY account, lang`, []any{door}, func(scan scanFunc) error {
		var who id.Member
		var lang string
		err := scan(&who, &lang)
		out[who] = append(out[who], lang)
		return err
	})
	return out, err
}

// SetTongues stores them for an account in place of those before. No two may be the same.
func (tx *Tx) SetTongues(door string, who id.Member, langs []string) error {
	if _, err := tx.exec(`DELETE FROM tongues WHERE door = ?1 AND account = ?2`, door, string(who)); err != nil {
		return err
	}
	for _, lang := range langs {
		if err := tx.insert(`INSERT INTO tongues (door, account, lang) VALUES (?1, ?2, ?3)`, door, string(who), lang); err != nil {
			return err
		}
	}
	return nil
}
