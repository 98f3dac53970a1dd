-- A case that tells the same facts as an earlier one of the same office, as triage found by hand. A tie between two cases, never
-- between people. The events say when; the row goes with either case.
CREATE TABLE case_links (
  child {{int}} PRIMARY KEY REFERENCES cases (key) ON DELETE CASCADE,
  parent {{int}} NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  CHECK (parent < child)
){{rowid}};
CREATE INDEX case_links_parent ON case_links (parent, child);
