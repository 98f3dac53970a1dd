CREATE TABLE absences (
  key INTEGER PRIMARY KEY,
  unit TEXT NOT NULL,
  member TEXT NOT NULL,
  deputy TEXT NOT NULL CHECK (deputy <> member),
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL CHECK (last_day >= first_day),
  entered_by TEXT NOT NULL,
  entered TEXT NOT NULL,
  ended TEXT NOT NULL
) STRICT;
CREATE INDEX absences_unit ON absences (unit, last_day);
CREATE TABLE accounts (
  door TEXT NOT NULL CHECK (door IN ('desk', 'inspect')),
  id TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('administrator', 'member', 'custodian', 'inspector')),
  name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'removed')),
  recipient TEXT NOT NULL UNIQUE,
  sign BLOB NOT NULL UNIQUE CHECK (length(sign) = 32),
  login BLOB UNIQUE CHECK (length(login) = 32),
  salt BLOB CHECK (length(salt) = 16),
  wrapped BLOB,
  totp BLOB,
  totp_step INTEGER NOT NULL,
  totp_failures INTEGER NOT NULL,
  wait_until INTEGER,
  made TEXT NOT NULL,
  PRIMARY KEY (door, id),
  CHECK ((role = 'inspector') = (door = 'inspect')),
  CHECK ((state = 'active') = (login IS NOT NULL)),
  CHECK ((login IS NULL) = (salt IS NULL)),
  CHECK ((login IS NULL) = (wrapped IS NULL)),
  CHECK ((login IS NULL) = (totp IS NULL))
) STRICT;
CREATE TABLE alarms (
  key INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  who TEXT NOT NULL,
  unit TEXT NOT NULL,
  case_id TEXT NOT NULL,
  detail TEXT NOT NULL,
  settled_by TEXT NOT NULL DEFAULT '',
  settled_day TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX alarms_open ON alarms (settled_by, key);
CREATE TABLE asides (
  case_key INTEGER NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  member TEXT NOT NULL,
  PRIMARY KEY (case_key, member)
) WITHOUT ROWID, STRICT;
CREATE INDEX asides_member ON asides (member, case_key);
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  unit TEXT NOT NULL,
  act TEXT NOT NULL,
  case_id TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('allowed', 'denied')),
  detail TEXT NOT NULL,
  prev BLOB NOT NULL CHECK (length(prev) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX audit_case ON audit (case_id);
CREATE TABLE blobs (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  doc_key INTEGER NOT NULL REFERENCES docs (key) ON DELETE CASCADE,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out', 'inside')),
  size INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  chunk_count INTEGER NOT NULL,
  chunks BLOB NOT NULL,
  CHECK (length(chunks) = 32 * chunk_count)
) STRICT;
CREATE INDEX blobs_doc ON blobs (doc_key);
CREATE TABLE case_due (
  case_key INTEGER PRIMARY KEY REFERENCES cases (key) ON DELETE CASCADE,
  unit TEXT NOT NULL,
  state TEXT NOT NULL,
  level INTEGER NOT NULL CHECK (level IN (0, 1)),
  due TEXT NOT NULL,
  clock TEXT NOT NULL
, category TEXT NOT NULL DEFAULT '', region TEXT NOT NULL DEFAULT '', day TEXT NOT NULL DEFAULT '', handler TEXT NOT NULL DEFAULT '', letter INTEGER NOT NULL DEFAULT 0, proposed INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX case_due_category ON case_due (unit, category, level, due, case_key);
CREATE INDEX case_due_day ON case_due (unit, day, level, due, case_key);
CREATE INDEX case_due_handler ON case_due (unit, handler, level, due, case_key) WHERE handler <> '';
CREATE INDEX case_due_handler_letter ON case_due (unit, handler, level, due, case_key) WHERE letter = 1 AND handler <> '';
CREATE INDEX case_due_handler_state ON case_due (unit, handler, state, level, due, case_key) WHERE handler <> '';
CREATE INDEX case_due_letter ON case_due (unit, level, due, case_key) WHERE letter = 1;
CREATE INDEX case_due_proposed ON case_due (unit, level, due, case_key) WHERE proposed = 1;
CREATE INDEX case_due_region ON case_due (unit, region, level, due, case_key);
CREATE INDEX case_due_state ON case_due (unit, state, level, due, case_key);
CREATE INDEX case_due_unit ON case_due (unit, level, due, case_key);
CREATE TABLE case_events (
  case_key INTEGER NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  day TEXT NOT NULL,
  at INTEGER,
  member TEXT,
  from_state TEXT,
  to_state TEXT,
  code TEXT,
  doc TEXT,
  clock TEXT,
  due TEXT,
  leaf INTEGER,
  random BLOB CHECK (length(random) = 32),
  witness BLOB, stands_for TEXT,
  PRIMARY KEY (case_key, seq)
) WITHOUT ROWID, STRICT;
CREATE TABLE case_links (
  child INTEGER PRIMARY KEY REFERENCES cases (key) ON DELETE CASCADE,
  parent INTEGER NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  CHECK (parent < child)
) STRICT;
CREATE INDEX case_links_parent ON case_links (parent, child);
CREATE TABLE case_opened (
  case_key INTEGER PRIMARY KEY REFERENCES cases (key) ON DELETE CASCADE,
  day TEXT NOT NULL,
  leaf INTEGER NOT NULL,
  random BLOB NOT NULL CHECK (length(random) = 32),
  witness BLOB NOT NULL
) STRICT;
CREATE TABLE case_units (
  unit TEXT NOT NULL,
  case_key INTEGER NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  since TEXT NOT NULL, lead TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (unit, case_key)
) WITHOUT ROWID, STRICT;
CREATE INDEX case_units_case ON case_units (case_key, unit);
CREATE TABLE cases (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL UNIQUE,
  unit TEXT NOT NULL,
  category TEXT NOT NULL,
  region TEXT NOT NULL,
  via TEXT NOT NULL,
  lang TEXT NOT NULL,
  danger INTEGER NOT NULL,
  contact TEXT NOT NULL,
  wish INTEGER NOT NULL,
  sealed TEXT NOT NULL,
  day TEXT NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE TABLE category_approvals (
  category TEXT NOT NULL,
  pack_hash BLOB NOT NULL CHECK (length(pack_hash) = 32),
  inspector TEXT NOT NULL,
  day TEXT NOT NULL,
  signature BLOB NOT NULL,
  PRIMARY KEY (category, pack_hash)
) WITHOUT ROWID, STRICT;
CREATE TABLE checkpoints (
  log TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  root BLOB NOT NULL CHECK (length(root) = 32),
  note BLOB NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE TABLE claims (
  mailbox_key INTEGER PRIMARY KEY REFERENCES mailboxes (key) ON DELETE CASCADE,
  claim BLOB NOT NULL CHECK (length(claim) = 32)
) STRICT;
CREATE TABLE danger (
  case_key INTEGER PRIMARY KEY REFERENCES cases (key) ON DELETE CASCADE,
  at INTEGER NOT NULL CHECK (at % 60 = 0)
) STRICT;
CREATE TABLE doc_bodies (
  doc_key INTEGER PRIMARY KEY REFERENCES docs (key) ON DELETE CASCADE,
  body BLOB NOT NULL
) STRICT;
CREATE TABLE doc_headers (
  doc_key INTEGER NOT NULL REFERENCES docs (key) ON DELETE CASCADE,
  unit TEXT NOT NULL,
  header BLOB NOT NULL,
  PRIMARY KEY (doc_key, unit)
) WITHOUT ROWID, STRICT;
CREATE TABLE docs (
  key INTEGER PRIMARY KEY,
  case_key INTEGER NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  chain TEXT NOT NULL CHECK (chain IN ('reporter', 'unit', 'inside')),
  seq INTEGER NOT NULL CHECK (seq > 0),
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  unit TEXT NOT NULL,
  day TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  prev BLOB CHECK (length(prev) = 32),
  size INTEGER NOT NULL,
  UNIQUE (case_key, chain, seq),
  UNIQUE (case_key, id),
  CHECK ((seq = 1) = (prev IS NULL))
) STRICT;
CREATE INDEX docs_texts ON docs (key) WHERE kind IN ('note', 'title');
CREATE TABLE drafts (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  body BLOB NOT NULL,
  proposer TEXT NOT NULL,
  day TEXT NOT NULL
) STRICT;
CREATE TABLE empty_calls (
  unit TEXT NOT NULL,
  day TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('wrong', 'silent', 'abusive', 'dropped')),
  n INTEGER NOT NULL,
  PRIMARY KEY (unit, day, kind)
) WITHOUT ROWID, STRICT;
CREATE TABLE entries (
  case_id TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  member TEXT NOT NULL,
  via TEXT NOT NULL,
  day TEXT NOT NULL,
  mark BLOB NOT NULL UNIQUE CHECK (length(mark) = 32),
  leaf INTEGER NOT NULL,
  random BLOB NOT NULL CHECK (length(random) = 32),
  witness BLOB NOT NULL,
  version INTEGER NOT NULL DEFAULT 0,
  draft BLOB,
  CHECK ((version = 0) = (draft IS NULL))
) STRICT;
CREATE INDEX entries_day ON entries (day);
CREATE INDEX entries_member ON entries (unit, member);
CREATE TABLE first_codes (
  key INTEGER PRIMARY KEY,
  case_key INTEGER NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  mark BLOB NOT NULL UNIQUE CHECK (length(mark) = 32),
  kind TEXT NOT NULL CHECK (kind IN ('pickup', 'link')),
  until INTEGER NOT NULL CHECK (until % 3600 = 0),
  auth BLOB CHECK (length(auth) = 32),
  sign BLOB CHECK (length(sign) = 32),
  recipient TEXT,
  CHECK ((auth IS NULL) = (sign IS NULL)),
  CHECK ((auth IS NULL) = (recipient IS NULL))
) STRICT;
CREATE INDEX first_codes_case ON first_codes (case_key);
CREATE TABLE first_guesses (
  hour INTEGER PRIMARY KEY CHECK (hour % 3600 = 0),
  n INTEGER NOT NULL
) STRICT;
CREATE TABLE form_marks (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  expires INTEGER NOT NULL CHECK (expires % 3600 = 0),
  mac BLOB,
  mac_until INTEGER CHECK (mac_until % 60 = 0),
  CHECK ((mac IS NULL) = (mac_until IS NULL))
) WITHOUT ROWID, STRICT;
CREATE INDEX form_marks_expires ON form_marks (expires);
CREATE TABLE form_slots (slot INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;
CREATE TABLE handouts (
  member TEXT NOT NULL,
  hour INTEGER NOT NULL CHECK (hour % 3600 = 0),
  n INTEGER NOT NULL,
  PRIMARY KEY (member, hour)
) WITHOUT ROWID, STRICT;
CREATE TABLE identities (
  case_key INTEGER PRIMARY KEY REFERENCES cases (key) ON DELETE CASCADE,
  box BLOB NOT NULL
) STRICT;
CREATE TABLE identity_shares (
  case_key INTEGER NOT NULL REFERENCES identities (case_key) ON DELETE CASCADE,
  custodian TEXT NOT NULL,
  share BLOB NOT NULL,
  PRIMARY KEY (case_key, custodian)
) STRICT;
CREATE TABLE invitations (
  mark BLOB PRIMARY KEY CHECK (length(mark) = 32),
  door TEXT NOT NULL CHECK (door IN ('desk', 'inspect')),
  role TEXT NOT NULL,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  maker TEXT NOT NULL,
  until INTEGER NOT NULL,
  CHECK ((role = 'inspector') = (door = 'inspect')),
  CHECK ((account = '') = (name = ''))
) STRICT;
CREATE TABLE key_sets (
  version INTEGER PRIMARY KEY,
  body BLOB NOT NULL,
  leaf INTEGER NOT NULL
) STRICT;
CREATE TABLE kit_changes (
  list INTEGER PRIMARY KEY,
  kit BLOB NOT NULL CHECK (length(kit) = 32),
  k INTEGER NOT NULL,
  n INTEGER NOT NULL,
  proposer TEXT NOT NULL,
  carried INTEGER NOT NULL
) STRICT;
CREATE TABLE kit_uses (
  list INTEGER NOT NULL REFERENCES kit_changes (list),
  unit TEXT NOT NULL,
  former INTEGER NOT NULL,
  PRIMARY KEY (list, unit)
) STRICT;
CREATE TRIGGER log_leaf_no_delete BEFORE DELETE ON log_leaf BEGIN SELECT RAISE(ABORT, 'log_leaf is append-only'); END;
CREATE TRIGGER log_leaf_no_update BEFORE UPDATE ON log_leaf BEGIN SELECT RAISE(ABORT, 'log_leaf is append-only'); END;
CREATE TABLE log_leaf (
  log TEXT NOT NULL,
  idx INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (log, idx)
) WITHOUT ROWID, STRICT;
CREATE TRIGGER log_node_no_delete BEFORE DELETE ON log_node BEGIN SELECT RAISE(ABORT, 'log_node is append-only'); END;
CREATE TRIGGER log_node_no_update BEFORE UPDATE ON log_node BEGIN SELECT RAISE(ABORT, 'log_node is append-only'); END;
CREATE TABLE log_node (
  log TEXT NOT NULL,
  id INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (log, id)
) WITHOUT ROWID, STRICT;
CREATE TABLE log_state (log TEXT PRIMARY KEY CHECK (log IN ('cases', 'public')), size INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE mailbox_copies (
  item_key INTEGER PRIMARY KEY REFERENCES mailbox_items (key) ON DELETE CASCADE,
  body BLOB NOT NULL
) STRICT;
CREATE TABLE mailbox_items (
  key INTEGER PRIMARY KEY,
  mailbox_key INTEGER NOT NULL REFERENCES mailboxes (key) ON DELETE CASCADE,
  doc_key INTEGER NOT NULL REFERENCES docs (key) ON DELETE CASCADE,
  erased INTEGER NOT NULL,
  note BLOB,
  UNIQUE (mailbox_key, doc_key)
) STRICT;
CREATE INDEX mailbox_items_doc ON mailbox_items (doc_key);
CREATE TABLE mailboxes (
  key INTEGER PRIMARY KEY,
  case_key INTEGER NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  auth BLOB NOT NULL UNIQUE CHECK (length(auth) = 32),
  sign BLOB NOT NULL CHECK (length(sign) = 32),
  recipient TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  claim_day TEXT NOT NULL,
  claim_tries INTEGER NOT NULL
) STRICT;
CREATE INDEX mailboxes_case ON mailboxes (case_key);
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE outbox (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  payload BLOB NOT NULL,
  due INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  fault TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (due);
CREATE TABLE own_files (
  door TEXT NOT NULL,
  account TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  day TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (door, account),
  FOREIGN KEY (door, account) REFERENCES accounts (door, id)
) STRICT;
CREATE TABLE passkeys (
  id BLOB PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 1023),
  door TEXT NOT NULL,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  made TEXT NOT NULL,
  recipient TEXT NOT NULL UNIQUE,
  credential BLOB NOT NULL,
  FOREIGN KEY (door, account) REFERENCES accounts (door, id)
) STRICT;
CREATE INDEX passkeys_account ON passkeys (door, account);
CREATE TABLE pending_files (
  key INTEGER PRIMARY KEY,
  form BLOB NOT NULL CHECK (length(form) = 32),
  blob TEXT NOT NULL UNIQUE,
  manifest BLOB NOT NULL,
  size INTEGER NOT NULL,
  expires INTEGER NOT NULL CHECK (expires % 3600 = 0)
) STRICT;
CREATE INDEX pending_files_expires ON pending_files (expires);
CREATE INDEX pending_files_form ON pending_files (form);
CREATE TABLE proposal_votes (
  proposal_key INTEGER NOT NULL REFERENCES proposals (key) ON DELETE CASCADE,
  member TEXT NOT NULL,
  approves INTEGER NOT NULL,
  PRIMARY KEY (proposal_key, member)
) WITHOUT ROWID, STRICT;
CREATE TABLE proposals (
  key INTEGER PRIMARY KEY,
  case_key INTEGER NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  doc TEXT NOT NULL UNIQUE,
  proposer TEXT NOT NULL,
  version INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'withdrawn', 'refused')),
  decided_by TEXT,
  CHECK ((state = 'open') = (decided_by IS NULL)),
  CHECK (state NOT IN ('approved', 'refused') OR decided_by <> proposer)
) STRICT;
CREATE INDEX proposals_case ON proposals (case_key);
CREATE TABLE roster_changes (
  unit TEXT PRIMARY KEY,
  body BLOB NOT NULL,
  proposer TEXT NOT NULL,
  day TEXT NOT NULL
) STRICT;
CREATE TABLE rosters (
  unit TEXT NOT NULL,
  version INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (unit, version)
) WITHOUT ROWID, STRICT;
CREATE TABLE samples (
  key INTEGER PRIMARY KEY,
  case_key INTEGER NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  unit TEXT NOT NULL,
  inspector TEXT NOT NULL,
  asked TEXT NOT NULL,
  due TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'given', 'refused')),
  answered_by TEXT NOT NULL DEFAULT '',
  answered TEXT NOT NULL DEFAULT '',
  sealed BLOB NULL
, review INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX samples_case ON samples (case_key);
CREATE INDEX samples_unit ON samples (unit, state, key);
CREATE TABLE schema_sums (version INTEGER PRIMARY KEY, sum TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE screen_counts (
  day TEXT NOT NULL,
  screen TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (day, screen)
) WITHOUT ROWID, STRICT;
CREATE TABLE sessions (
  mark BLOB PRIMARY KEY CHECK (length(mark) = 32),
  door TEXT NOT NULL,
  account TEXT NOT NULL,
  ends INTEGER NOT NULL,
  used INTEGER NOT NULL CHECK (used % 60 = 0),
  FOREIGN KEY (door, account) REFERENCES accounts (door, id)
) STRICT;
CREATE INDEX sessions_account ON sessions (door, account);
CREATE TABLE sketches (
  unit TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  since TEXT NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE TABLE tallies (
  hour INTEGER NOT NULL CHECK (hour % 3600 = 0),
  act TEXT NOT NULL,
  tens INTEGER NOT NULL,
  PRIMARY KEY (hour, act)
) WITHOUT ROWID, STRICT;
CREATE TABLE tongues (
  door TEXT NOT NULL,
  account TEXT NOT NULL,
  lang TEXT NOT NULL,
  PRIMARY KEY (door, account, lang),
  FOREIGN KEY (door, account) REFERENCES accounts (door, id)
) WITHOUT ROWID, STRICT;
CREATE TABLE unit_handed (
  unit TEXT NOT NULL,
  unit_key BLOB NOT NULL CHECK (length(unit_key) = 32),
  member TEXT NOT NULL,
  sealed BLOB NOT NULL,
  giver TEXT NOT NULL,
  day TEXT NOT NULL,
  PRIMARY KEY (unit, unit_key, member)
) STRICT;
CREATE TABLE unit_recovery (
  unit TEXT NOT NULL,
  unit_key BLOB NOT NULL CHECK (length(unit_key) = 32),
  recovery BLOB NOT NULL CHECK (length(recovery) = 32),
  sealed BLOB NOT NULL,
  day TEXT NOT NULL,
  PRIMARY KEY (unit, unit_key)
) STRICT;
CREATE TABLE uploads (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL CHECK (size > 0),
  arrived INTEGER NOT NULL CHECK (arrived BETWEEN 0 AND size),
  hash BLOB CHECK (length(hash) = 32),
  chunk_count INTEGER,
  chunks BLOB,
  expires INTEGER NOT NULL CHECK (expires % 3600 = 0),
  CHECK ((arrived = size) = (hash IS NOT NULL)),
  CHECK ((hash IS NULL) = (chunks IS NULL)),
  CHECK ((hash IS NULL) = (chunk_count IS NULL)),
  CHECK (length(chunks) = 32 * chunk_count)
) STRICT;
CREATE INDEX uploads_expires ON uploads (expires);
CREATE TABLE warnings (
  key INTEGER PRIMARY KEY,
  case_key INTEGER NULL REFERENCES cases (key) ON DELETE SET NULL,
  unit TEXT NOT NULL,
  clock TEXT NOT NULL,
  began INTEGER NOT NULL,
  level INTEGER NOT NULL CHECK (level IN (80, 100)),
  day TEXT NOT NULL,
  made TEXT NOT NULL,
  UNIQUE (case_key, clock, began, level)
) STRICT;
CREATE INDEX warnings_day ON warnings (day, unit, clock, level);
CREATE INDEX warnings_unit ON warnings (unit, level, key);
