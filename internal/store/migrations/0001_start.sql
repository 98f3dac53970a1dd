-- Rows of everything that a case is. Texts are written for both databases; what stands in double braces differs.
-- Integer keys are sequential and stay inside; what people and links name is random. Bodies stand in tables of
-- their own. A reporter's act carries a day or an hour, never more.

CREATE TABLE schema_sums (version {{int}} PRIMARY KEY, sum {{text}} NOT NULL){{clustered}};

CREATE TABLE meta (name {{text}} PRIMARY KEY, value {{text}} NOT NULL){{clustered}};

CREATE TABLE cases (
  key {{key}},
  id {{text}} NOT NULL UNIQUE,
  number {{text}} NOT NULL UNIQUE,
  unit {{text}} NOT NULL,
  category {{text}} NOT NULL,
  region {{text}} NOT NULL,
  via {{text}} NOT NULL,
  lang {{text}} NOT NULL,
  danger {{bool}} NOT NULL,
  contact {{text}} NOT NULL,
  wish {{bool}} NOT NULL,
  sealed {{text}} NOT NULL,
  day {{text}} NOT NULL,
  state {{text}} NOT NULL,
  version {{int}} NOT NULL
){{rowid}};

-- Derived from events: the next due clock, for the order of the queue. level: 0 danger, 1 none.
CREATE TABLE case_due (
  case_key {{int}} PRIMARY KEY REFERENCES cases (key) ON DELETE CASCADE,
  unit {{text}} NOT NULL,
  state {{text}} NOT NULL,
  level {{int}} NOT NULL CHECK (level IN (0, 1)),
  due {{text}} NOT NULL,
  clock {{text}} NOT NULL
){{rowid}};
CREATE INDEX case_due_unit ON case_due (unit, level, due, case_key);
CREATE INDEX case_due_state ON case_due (unit, state, level, due, case_key);

-- leaf, random and witness: index in the case log, and what opens the leaf's commitment until the case is erased.
CREATE TABLE case_events (
  case_key {{int}} NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  seq {{int}} NOT NULL,
  kind {{text}} NOT NULL,
  day {{text}} NOT NULL,
  at {{int}},
  member {{text}},
  from_state {{text}},
  to_state {{text}},
  code {{text}},
  doc {{text}},
  clock {{text}},
  due {{text}},
  leaf {{int}},
  random {{bytes}} CHECK (length(random) = 32),
  witness {{bytes}},
  PRIMARY KEY (case_key, seq)
){{clustered}};

-- The minute in which danger was reported; gone when settled.
CREATE TABLE danger (
  case_key {{int}} PRIMARY KEY REFERENCES cases (key) ON DELETE CASCADE,
  at {{int}} NOT NULL CHECK (at % 60 = 0)
){{rowid}};

CREATE TABLE docs (
  key {{key}},
  case_key {{int}} NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  chain {{text}} NOT NULL CHECK (chain IN ('reporter', 'unit', 'inside')),
  seq {{int}} NOT NULL CHECK (seq > 0),
  id {{text}} NOT NULL,
  kind {{text}} NOT NULL,
  unit {{text}} NOT NULL,
  day {{text}} NOT NULL,
  hash {{bytes}} NOT NULL CHECK (length(hash) = 32),
  prev {{bytes}} CHECK (length(prev) = 32),
  size {{int}} NOT NULL,
  UNIQUE (case_key, chain, seq),
  UNIQUE (case_key, id),
  CHECK ((seq = 1) = (prev IS NULL))
){{rowid}};

CREATE TABLE doc_bodies (
  doc_key {{int}} PRIMARY KEY REFERENCES docs (key) ON DELETE CASCADE,
  body {{bytes}} NOT NULL
){{rowid}};
{{external "doc_bodies" "body"}}

CREATE TABLE mailboxes (
  key {{key}},
  case_key {{int}} NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  auth {{bytes}} NOT NULL UNIQUE CHECK (length(auth) = 32),
  sign {{bytes}} NOT NULL CHECK (length(sign) = 32),
  recipient {{text}} NOT NULL,
  state {{text}} NOT NULL CHECK (state IN ('open', 'closed')),
  claim_day {{text}} NOT NULL,
  claim_tries {{int}} NOT NULL
){{rowid}};
{{plain "mailboxes" "recipient"}}
CREATE INDEX mailboxes_case ON mailboxes (case_key);

CREATE TABLE mailbox_items (
  key {{key}},
  mailbox_key {{int}} NOT NULL REFERENCES mailboxes (key) ON DELETE CASCADE,
  doc_key {{int}} NOT NULL REFERENCES docs (key) ON DELETE CASCADE,
  erased {{bool}} NOT NULL,
  note {{bytes}},
  UNIQUE (mailbox_key, doc_key)
){{rowid}};
CREATE INDEX mailbox_items_doc ON mailbox_items (doc_key);

CREATE TABLE mailbox_copies (
  item_key {{int}} PRIMARY KEY REFERENCES mailbox_items (key) ON DELETE CASCADE,
  body {{bytes}} NOT NULL
){{rowid}};
{{external "mailbox_copies" "body"}}

CREATE TABLE blobs (
  key {{key}},
  id {{text}} NOT NULL UNIQUE,
  doc_key {{int}} NOT NULL REFERENCES docs (key) ON DELETE CASCADE,
  direction {{text}} NOT NULL CHECK (direction IN ('in', 'out', 'inside')),
  size {{int}} NOT NULL,
  hash {{bytes}} NOT NULL CHECK (length(hash) = 32),
  chunk_count {{int}} NOT NULL,
  chunks {{bytes}} NOT NULL,
  CHECK (length(chunks) = 32 * chunk_count)
){{rowid}};
CREATE INDEX blobs_doc ON blobs (doc_key);

-- A form of the plain path that was used. mac and mac_until go after ten minutes; nothing leads to the case.
CREATE TABLE form_marks (
  hash {{bytes}} PRIMARY KEY CHECK (length(hash) = 32),
  expires {{int}} NOT NULL CHECK (expires % 3600 = 0),
  mac {{bytes}},
  mac_until {{int}} CHECK (mac_until % 60 = 0),
  CHECK ((mac IS NULL) = (mac_until IS NULL))
){{clustered}};
CREATE INDEX form_marks_expires ON form_marks (expires);

CREATE TABLE form_slots (slot {{int}} PRIMARY KEY, n {{int}} NOT NULL){{rowid}};

CREATE TABLE pending_files (
  key {{key}},
  form {{bytes}} NOT NULL CHECK (length(form) = 32),
  blob {{text}} NOT NULL UNIQUE,
  manifest {{bytes}} NOT NULL,
  size {{int}} NOT NULL,
  expires {{int}} NOT NULL CHECK (expires % 3600 = 0)
){{rowid}};
CREATE INDEX pending_files_form ON pending_files (form);
CREATE INDEX pending_files_expires ON pending_files (expires);

CREATE TABLE audit (
  seq {{int}} PRIMARY KEY,
  at {{int}} NOT NULL,
  who {{text}} NOT NULL,
  unit {{text}} NOT NULL,
  act {{text}} NOT NULL,
  case_id {{text}} NOT NULL,
  outcome {{text}} NOT NULL CHECK (outcome IN ('allowed', 'denied')),
  detail {{text}} NOT NULL,
  prev {{bytes}} NOT NULL CHECK (length(prev) = 32),
  hash {{bytes}} NOT NULL CHECK (length(hash) = 32)
){{rowid}};
CREATE INDEX audit_case ON audit (case_id);
{{forever "audit"}}

CREATE TABLE outbox (
  key {{autokey}},
  kind {{text}} NOT NULL,
  payload {{bytes}} NOT NULL,
  due {{int}} NOT NULL,
  tries {{int}} NOT NULL,
  fault {{text}} NOT NULL
){{rowid}};
CREATE INDEX outbox_due ON outbox (due);

CREATE TABLE proposals (
  key {{key}},
  case_key {{int}} NOT NULL REFERENCES cases (key) ON DELETE CASCADE,
  kind {{text}} NOT NULL,
  code {{text}} NOT NULL,
  doc {{text}} NOT NULL UNIQUE,
  proposer {{text}} NOT NULL,
  version {{int}} NOT NULL,
  state {{text}} NOT NULL CHECK (state IN ('open', 'approved', 'withdrawn', 'refused')),
  decided_by {{text}},
  CHECK ((state = 'open') = (decided_by IS NULL)),
  CHECK (state NOT IN ('approved', 'refused') OR decided_by <> proposer)
){{rowid}};
CREATE INDEX proposals_case ON proposals (case_key);

CREATE TABLE proposal_votes (
  proposal_key {{int}} NOT NULL REFERENCES proposals (key) ON DELETE CASCADE,
  member {{text}} NOT NULL,
  approves {{bool}} NOT NULL,
  PRIMARY KEY (proposal_key, member)
){{clustered}};

CREATE TABLE screen_counts (
  day {{text}} NOT NULL,
  screen {{text}} NOT NULL,
  n {{int}} NOT NULL,
  PRIMARY KEY (day, screen)
){{clustered}};

-- A reporter's acts, counted hourly in tens.
CREATE TABLE tallies (
  hour {{int}} NOT NULL CHECK (hour % 3600 = 0),
  act {{text}} NOT NULL,
  tens {{int}} NOT NULL,
  PRIMARY KEY (hour, act)
){{clustered}};

CREATE TABLE key_sets (
  version {{int}} PRIMARY KEY,
  body {{bytes}} NOT NULL,
  leaf {{int}} NOT NULL
){{rowid}};

CREATE TABLE rosters (
  unit {{text}} NOT NULL,
  version {{int}} NOT NULL,
  body {{bytes}} NOT NULL,
  PRIMARY KEY (unit, version)
){{clustered}};

CREATE TABLE category_approvals (
  category {{text}} NOT NULL,
  pack_hash {{bytes}} NOT NULL CHECK (length(pack_hash) = 32),
  inspector {{text}} NOT NULL,
  day {{text}} NOT NULL,
  signature {{bytes}} NOT NULL,
  PRIMARY KEY (category, pack_hash)
){{clustered}};

CREATE TABLE log_state (log {{text}} PRIMARY KEY CHECK (log IN ('cases', 'public')), size {{int}} NOT NULL){{clustered}};
INSERT INTO log_state (log, size) VALUES ('cases', 0), ('public', 0);

CREATE TABLE log_leaf (
  log {{text}} NOT NULL,
  idx {{int}} NOT NULL,
  data {{bytes}} NOT NULL,
  PRIMARY KEY (log, idx)
){{clustered}};
{{forever "log_leaf"}}

-- id is the stored hash index of golang.org/x/mod/sumdb/tlog.
CREATE TABLE log_node (
  log {{text}} NOT NULL,
  id {{int}} NOT NULL,
  hash {{bytes}} NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (log, id)
){{clustered}};
{{forever "log_node"}}

CREATE TABLE checkpoints (
  log {{text}} PRIMARY KEY,
  size {{int}} NOT NULL,
  root {{bytes}} NOT NULL CHECK (length(root) = 32),
  note {{bytes}} NOT NULL,
  at {{int}} NOT NULL
){{clustered}};
