-- What the inspector must look at. at is to the second for acts of staff; detail is a JSON object without content.
CREATE TABLE alarms (
  key {{int}} PRIMARY KEY,
  at {{int}} NOT NULL,
  kind {{text}} NOT NULL,
  who {{text}} NOT NULL,
  unit {{text}} NOT NULL,
  case_id {{text}} NOT NULL,
  detail {{text}} NOT NULL,
  settled_by {{text}} NOT NULL DEFAULT '',
  settled_day {{text}} NOT NULL DEFAULT ''
){{rowid}};
CREATE INDEX alarms_open ON alarms (settled_by, key);

-- An addition to the holders of a unit's key that waits for an approver: one for each unit at most.
CREATE TABLE roster_changes (
  unit {{text}} PRIMARY KEY,
  body {{bytes}} NOT NULL,
  proposer {{text}} NOT NULL,
  day {{text}} NOT NULL
){{rowid}};
{{external "roster_changes" "body"}}

-- A former key of a unit, sealed by a holder to somebody who came later. unit_key is SHA-256 of its recipient.
CREATE TABLE unit_handed (
  unit {{text}} NOT NULL,
  unit_key {{bytes}} NOT NULL CHECK (length(unit_key) = 32),
  member {{text}} NOT NULL,
  sealed {{bytes}} NOT NULL,
  giver {{text}} NOT NULL,
  day {{text}} NOT NULL,
  PRIMARY KEY (unit, unit_key, member)
){{rowid}};
{{external "unit_handed" "sealed"}}

-- Cases of which the inspector asked for the file keys. sealed holds them, or the reasons of a refusal, sealed to the
-- inspector who asked.
CREATE TABLE samples (
  key {{int}} PRIMARY KEY,
  case_key {{int}} NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  unit {{text}} NOT NULL,
  inspector {{text}} NOT NULL,
  asked {{text}} NOT NULL,
  due {{text}} NOT NULL,
  state {{text}} NOT NULL CHECK (state IN ('open', 'given', 'refused')),
  answered_by {{text}} NOT NULL DEFAULT '',
  answered {{text}} NOT NULL DEFAULT '',
  sealed {{bytes}} NULL
){{rowid}};
{{external "samples" "sealed"}}
CREATE INDEX samples_unit ON samples (unit, state, key);
CREATE INDEX samples_case ON samples (case_key);
