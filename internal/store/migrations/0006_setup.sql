-- Signed lists that wait for the inspector's countersignature: one bundle at most.
CREATE TABLE drafts (
  one {{int}} PRIMARY KEY CHECK (one = 1),
  body {{bytes}} NOT NULL,
  proposer {{text}} NOT NULL,
  day {{text}} NOT NULL
){{rowid}};
{{external "drafts" "body"}}

-- A unit's key file, sealed to the recovery key. unit_key and recovery are SHA-256 of the recipients: of the unit's key
-- that is inside, and of the recovery key that opens it.
CREATE TABLE unit_recovery (
  unit {{text}} NOT NULL,
  unit_key {{bytes}} NOT NULL CHECK (length(unit_key) = 32),
  recovery {{bytes}} NOT NULL CHECK (length(recovery) = 32),
  sealed {{bytes}} NOT NULL,
  day {{text}} NOT NULL,
  PRIMARY KEY (unit, unit_key)
){{rowid}};
{{external "unit_recovery" "sealed"}}
