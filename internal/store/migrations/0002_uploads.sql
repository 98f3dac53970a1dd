-- An upload that no document has claimed. arrived counts the bytes that are durable; hash, chunk_count and chunks are
-- there when all are. expires is an hour, and nothing else tells when it came.
CREATE TABLE uploads (
  key {{key}},
  id {{text}} NOT NULL UNIQUE,
  size {{int}} NOT NULL CHECK (size > 0),
  arrived {{int}} NOT NULL CHECK (arrived BETWEEN 0 AND size),
  hash {{bytes}} CHECK (length(hash) = 32),
  chunk_count {{int}},
  chunks {{bytes}},
  expires {{int}} NOT NULL CHECK (expires % 3600 = 0),
  CHECK ((arrived = size) = (hash IS NOT NULL)),
  CHECK ((hash IS NULL) = (chunks IS NULL)),
  CHECK ((hash IS NULL) = (chunk_count IS NULL)),
  CHECK (length(chunks) = 32 * chunk_count)
){{rowid}};
CREATE INDEX uploads_expires ON uploads (expires);
