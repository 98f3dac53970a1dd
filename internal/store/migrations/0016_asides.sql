-- Who takes no part in a case, because of an interest in it. It follows from the events and is kept for the lists.
CREATE TABLE asides (
  case_key {{int}} NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  member {{text}} NOT NULL,
  PRIMARY KEY (case_key, member)
){{clustered}};
CREATE INDEX asides_member ON asides (member, case_key);
