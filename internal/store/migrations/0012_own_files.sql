-- What a person keeps for themself at a door (saved filters, texts, reminders), sealed to their own key: one file, replaced as a
-- whole by who has seen the version before. It goes with the account.
CREATE TABLE own_files (
  door {{text}} NOT NULL,
  account {{text}} NOT NULL,
  version {{int}} NOT NULL CHECK (version > 0),
  day {{text}} NOT NULL,
  body {{bytes}} NOT NULL,
  PRIMARY KEY (door, account),
  FOREIGN KEY (door, account) REFERENCES accounts (door, id)
){{rowid}};
{{external "own_files" "body"}}
