-- When somebody in a unit is away, and who has their cases meanwhile. deputy: '' for nobody. ended: the day on which it was ended
-- before its time, '' while it stands as it is. Why somebody is away stands nowhere.
CREATE TABLE absences (
  key {{int}} PRIMARY KEY,
  unit {{text}} NOT NULL,
  member {{text}} NOT NULL,
  deputy {{text}} NOT NULL CHECK (deputy <> member),
  first_day {{text}} NOT NULL,
  last_day {{text}} NOT NULL CHECK (last_day >= first_day),
  entered_by {{text}} NOT NULL,
  entered {{text}} NOT NULL,
  ended {{text}} NOT NULL
){{rowid}};
CREATE INDEX absences_unit ON absences (unit, last_day);

-- In whose place somebody acted who stood in for them. It stays when the absence is long over.
ALTER TABLE case_events ADD COLUMN stands_for {{text}};
