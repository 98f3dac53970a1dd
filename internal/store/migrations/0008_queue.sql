-- What the queue is narrowed by stands beside its order, so that every list walks one index. The events stay the source of
-- handler and letter, which change in the transaction that adds an event. handler: who has the case, '' for nobody.
-- letter: the reporter wrote after the last act of staff. proposed: a decision waits for others.
ALTER TABLE case_due ADD COLUMN category {{text}} NOT NULL DEFAULT '';
ALTER TABLE case_due ADD COLUMN region {{text}} NOT NULL DEFAULT '';
ALTER TABLE case_due ADD COLUMN day {{text}} NOT NULL DEFAULT '';
ALTER TABLE case_due ADD COLUMN handler {{text}} NOT NULL DEFAULT '';
ALTER TABLE case_due ADD COLUMN letter {{int}} NOT NULL DEFAULT 0;
ALTER TABLE case_due ADD COLUMN proposed {{int}} NOT NULL DEFAULT 0;

UPDATE case_due SET category = c.category, region = c.region, day = c.day FROM cases c WHERE c.key = case_due.case_key;
UPDATE case_due SET handler = COALESCE((SELECT CASE WHEN e.kind = 'assigned' THEN e.member ELSE '' END FROM case_events e
  WHERE e.case_key = case_due.case_key AND e.kind IN ('assigned', 'reopened') ORDER BY e.seq DESC LIMIT 1), '');
UPDATE case_due SET letter = COALESCE((SELECT CASE WHEN e.kind IN ('added', 'answered') THEN 1 ELSE 0 END FROM case_events e
  WHERE e.case_key = case_due.case_key AND (e.kind IN ('added', 'answered') OR e.member IS NOT NULL AND e.kind NOT LIKE 'clock%')
  ORDER BY e.seq DESC LIMIT 1), 0);
UPDATE case_due SET proposed = 1 WHERE case_key IN (SELECT case_key FROM proposals WHERE state = 'open');

CREATE INDEX case_due_category ON case_due (unit, category, level, due, case_key);
CREATE INDEX case_due_region ON case_due (unit, region, level, due, case_key);
CREATE INDEX case_due_day ON case_due (unit, day, level, due, case_key);
CREATE INDEX case_due_handler ON case_due (unit, handler, level, due, case_key) WHERE handler <> '';
CREATE INDEX case_due_letter ON case_due (unit, level, due, case_key) WHERE letter = 1;
CREATE INDEX case_due_proposed ON case_due (unit, level, due, case_key) WHERE proposed = 1;
CREATE INDEX docs_texts ON docs (key) WHERE kind IN ('note', 'title');

-- How many documents each member was handed, by the hour: nodes that share a database count together.
CREATE TABLE handouts (
  member {{text}} NOT NULL,
  hour {{int}} NOT NULL CHECK (hour % 3600 = 0),
  n {{int}} NOT NULL,
  PRIMARY KEY (member, hour)
){{clustered}};
