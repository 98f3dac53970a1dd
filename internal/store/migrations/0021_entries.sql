-- A call, letter or visit that a clerk is taking down. mark is that of the pick-up number, draft what was typed so far, sealed to the clerk.
CREATE TABLE entries (
  case_id {{text}} PRIMARY KEY,
  unit {{text}} NOT NULL,
  member {{text}} NOT NULL,
  via {{text}} NOT NULL,
  day {{text}} NOT NULL,
  mark {{bytes}} NOT NULL UNIQUE CHECK (length(mark) = 32),
  leaf {{int}} NOT NULL,
  random {{bytes}} NOT NULL CHECK (length(random) = 32),
  witness {{bytes}} NOT NULL,
  version {{int}} NOT NULL DEFAULT 0,
  draft {{bytes}},
  CHECK ((version = 0) = (draft IS NULL))
){{rowid}};
{{external "entries" "draft"}}
CREATE INDEX entries_member ON entries (unit, member);
CREATE INDEX entries_day ON entries (day);

-- The leaf that was written when the entry of a case was opened, and what opens its commitment until the case is erased.
CREATE TABLE case_opened (
  case_key {{int}} PRIMARY KEY REFERENCES cases (key) ON DELETE CASCADE,
  day {{text}} NOT NULL,
  leaf {{int}} NOT NULL,
  random {{bytes}} NOT NULL CHECK (length(random) = 32),
  witness {{bytes}} NOT NULL
){{rowid}};

-- Calls that were none: a wrong number, silence, abuse. Nothing else is known of them.
CREATE TABLE empty_calls (
  unit {{text}} NOT NULL,
  day {{text}} NOT NULL,
  kind {{text}} NOT NULL CHECK (kind IN ('wrong', 'silent', 'abusive', 'dropped')),
  n {{int}} NOT NULL,
  PRIMARY KEY (unit, day, kind)
){{clustered}};
