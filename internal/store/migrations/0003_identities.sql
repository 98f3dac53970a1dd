-- Who a reporter is, sealed under a key of that record alone, and the shares of that key, each sealed to one custodian.
-- No key that a unit or the server holds opens any of it.
CREATE TABLE identities (
  case_key {{int}} PRIMARY KEY REFERENCES cases (key) ON DELETE CASCADE,
  box {{bytes}} NOT NULL
){{rowid}};
{{external "identities" "box"}}

CREATE TABLE identity_shares (
  case_key {{int}} NOT NULL REFERENCES identities (case_key) ON DELETE CASCADE,
  custodian {{text}} NOT NULL,
  share {{bytes}} NOT NULL,
  PRIMARY KEY (case_key, custodian)
){{rowid}};
{{external "identity_shares" "share"}}

-- The public key that may claim the reward of a mailbox.
CREATE TABLE claims (
  mailbox_key {{int}} PRIMARY KEY REFERENCES mailboxes (key) ON DELETE CASCADE,
  claim {{bytes}} NOT NULL CHECK (length(claim) = 32)
){{rowid}};
