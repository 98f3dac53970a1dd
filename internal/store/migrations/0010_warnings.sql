-- Clocks that came near their end (80: the unit's approvers are told) or ran out (100: the inspector is). One row for each clock as
-- it was started or extended (began: the number of that event), each level, once. day is when it was reached, made when the row was
-- written: later, if the server was off. A row outlives its case, without it, for the yearly counts.
CREATE TABLE warnings (
  key {{int}} PRIMARY KEY,
  case_key {{int}} NULL REFERENCES cases (key) ON DELETE SET NULL,
  unit {{text}} NOT NULL,
  clock {{text}} NOT NULL,
  began {{int}} NOT NULL,
  level {{int}} NOT NULL CHECK (level IN (80, 100)),
  day {{text}} NOT NULL,
  made {{text}} NOT NULL,
  UNIQUE (case_key, clock, began, level)
){{rowid}};
CREATE INDEX warnings_unit ON warnings (unit, level, key);
CREATE INDEX warnings_day ON warnings (day, unit, clock, level);
