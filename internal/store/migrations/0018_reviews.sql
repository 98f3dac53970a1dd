-- A sample that a reporter's second request for review made: the office hands it over and cannot refuse.
ALTER TABLE samples ADD COLUMN review {{int}} NOT NULL DEFAULT 0;
