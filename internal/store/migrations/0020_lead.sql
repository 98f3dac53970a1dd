-- An office that reads a case may be asked to take it over: lead is 'offered' then, 'taken' once it has said yes, and '' otherwise. One
-- office at a time.
ALTER TABLE case_units ADD COLUMN lead {{text}} NOT NULL DEFAULT '';
