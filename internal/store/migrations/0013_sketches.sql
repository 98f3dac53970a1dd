-- Of the reports of a unit that wait, which are nearly the same: one sealed list for each unit, for whoever does its triage. since is the
-- first day on which one of them came. An empty list keeps its version, so that nobody writes over another's.
CREATE TABLE sketches (
  unit {{text}} PRIMARY KEY,
  version {{int}} NOT NULL,
  since {{text}} NOT NULL,
  sealed {{bytes}} NOT NULL
){{rowid}};
{{external "sketches" "sealed"}}
