-- Offices that read a case beside its own, each from a day on. The case's own office stands in cases and in no row here: it alone
-- decides.
CREATE TABLE case_units (
  unit {{text}} NOT NULL,
  case_key {{int}} NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  since {{text}} NOT NULL,
  PRIMARY KEY (unit, case_key)
){{clustered}};
CREATE INDEX case_units_case ON case_units (case_key, unit);

-- The documents that such an office may have: a header of its own for the body that is there. The document stays as it is, because the
-- one after it and the log name its hash. What has no row here is not handed out to that office.
CREATE TABLE doc_headers (
  doc_key {{int}} NOT NULL REFERENCES docs (key) ON DELETE CASCADE,
  unit {{text}} NOT NULL,
  header {{bytes}} NOT NULL,
  PRIMARY KEY (doc_key, unit)
){{clustered}};
