-- A recovery kit that took the place of the one before, with the list of keys that it came with. kit is SHA-256 of the
-- recovery key's recipient; carried: what the kit before opened is sealed to this one, so enough sheets of that one were typed.
CREATE TABLE kit_changes (
  list {{int}} PRIMARY KEY,
  kit {{bytes}} NOT NULL CHECK (length(kit) = 32),
  k {{int}} NOT NULL,
  n {{int}} NOT NULL,
  proposer {{text}} NOT NULL,
  carried {{bool}} NOT NULL
){{rowid}};

-- An office whose former keys were given to the holders of its new one with the sheets of the kit before.
CREATE TABLE kit_uses (
  list {{int}} NOT NULL REFERENCES kit_changes (list),
  unit {{text}} NOT NULL,
  former {{int}} NOT NULL,
  PRIMARY KEY (list, unit)
){{rowid}};
