-- A pick-up number or link code that can be exchanged once for a receipt code. mark is a MAC of it under a key outside the
-- database, and nothing else of it is kept. auth, sign and recipient are the public keys that were registered with it: only
-- the server vouches for them.
CREATE TABLE first_codes (
  key {{key}},
  case_key {{int}} NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  mark {{bytes}} NOT NULL UNIQUE CHECK (length(mark) = 32),
  kind {{text}} NOT NULL CHECK (kind IN ('pickup', 'link')),
  until {{int}} NOT NULL CHECK (until % 3600 = 0),
  auth {{bytes}} CHECK (length(auth) = 32),
  sign {{bytes}} CHECK (length(sign) = 32),
  recipient {{text}},
  CHECK ((auth IS NULL) = (sign IS NULL)),
  CHECK ((auth IS NULL) = (recipient IS NULL))
){{rowid}};
{{plain "first_codes" "recipient"}}
CREATE INDEX first_codes_case ON first_codes (case_key);

-- How many numbers that open nothing were tried in an hour, by everybody together.
CREATE TABLE first_guesses (
  hour {{int}} PRIMARY KEY CHECK (hour % 3600 = 0),
  n {{int}} NOT NULL
){{rowid}};
