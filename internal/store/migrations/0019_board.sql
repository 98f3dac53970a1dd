-- A board counts what somebody has by state, and letters stand in a list of their own. Beside the order alone, each of these numbers
-- would walk through all that they have.
CREATE INDEX case_due_handler_state ON case_due (unit, handler, state, level, due, case_key) WHERE handler <> '';
CREATE INDEX case_due_handler_letter ON case_due (unit, handler, level, due, case_key) WHERE letter = 1 AND handler <> '';
