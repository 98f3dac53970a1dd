-- People of the two doors (docs/design/0011-desk.md). Public keys and ciphertext only: nothing here signs in or opens a
-- key file. Who was removed keeps a row, so that no id is given twice, and nothing to sign in with.
CREATE TABLE accounts (
  door {{text}} NOT NULL CHECK (door IN ('desk', 'inspect')),
  id {{text}} NOT NULL,
  role {{text}} NOT NULL CHECK (role IN ('administrator', 'member', 'custodian', 'inspector')),
  name {{text}} NOT NULL,
  state {{text}} NOT NULL CHECK (state IN ('active', 'removed')),
  recipient {{text}} NOT NULL UNIQUE,
  sign {{bytes}} NOT NULL UNIQUE CHECK (length(sign) = 32),
  login {{bytes}} UNIQUE CHECK (length(login) = 32),
  salt {{bytes}} CHECK (length(salt) = 16),
  wrapped {{bytes}},
  totp {{bytes}},
  totp_step {{int}} NOT NULL,
  totp_failures {{int}} NOT NULL,
  wait_until {{int}},
  made {{text}} NOT NULL,
  PRIMARY KEY (door, id),
  CHECK ((role = 'inspector') = (door = 'inspect')),
  CHECK ((state = 'active') = (login IS NOT NULL)),
  CHECK ((login IS NULL) = (salt IS NULL)),
  CHECK ((login IS NULL) = (wrapped IS NULL)),
  CHECK ((login IS NULL) = (totp IS NULL))
){{rowid}};
{{external "accounts" "wrapped"}}

-- credential is what the WebAuthn library keeps, recipient the public key that the passkey's PRF leads to.
CREATE TABLE passkeys (
  id {{bytes}} PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 1023),
  door {{text}} NOT NULL,
  account {{text}} NOT NULL,
  name {{text}} NOT NULL,
  made {{text}} NOT NULL,
  recipient {{text}} NOT NULL UNIQUE,
  credential {{bytes}} NOT NULL,
  FOREIGN KEY (door, account) REFERENCES accounts (door, id)
){{rowid}};
CREATE INDEX passkeys_account ON passkeys (door, account);

-- mark is SHA-256 of the token, which only the browser has.
CREATE TABLE sessions (
  mark {{bytes}} PRIMARY KEY CHECK (length(mark) = 32),
  door {{text}} NOT NULL,
  account {{text}} NOT NULL,
  ends {{int}} NOT NULL,
  used {{int}} NOT NULL CHECK (used % 60 = 0),
  FOREIGN KEY (door, account) REFERENCES accounts (door, id)
){{rowid}};
CREATE INDEX sessions_account ON sessions (door, account);

-- mark is SHA-256 of the token in the link. account and name are empty where the person chooses them, maker where the
-- link came from the operator's command.
CREATE TABLE invitations (
  mark {{bytes}} PRIMARY KEY CHECK (length(mark) = 32),
  door {{text}} NOT NULL CHECK (door IN ('desk', 'inspect')),
  role {{text}} NOT NULL,
  account {{text}} NOT NULL,
  name {{text}} NOT NULL,
  maker {{text}} NOT NULL,
  until {{int}} NOT NULL,
  CHECK ((role = 'inspector') = (door = 'inspect')),
  CHECK ((account = '') = (name = ''))
){{rowid}};
