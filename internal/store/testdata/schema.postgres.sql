absences.key bigint NOT NULL
absences.unit text NOT NULL
absences.member text NOT NULL
absences.deputy text NOT NULL
absences.first_day text NOT NULL
absences.last_day text NOT NULL
absences.entered_by text NOT NULL
absences.entered text NOT NULL
absences.ended text NOT NULL
absences: absences_check CHECK ((deputy <> member))
absences: absences_check1 CHECK ((last_day >= first_day))
absences: absences_pkey PRIMARY KEY (key)
CREATE UNIQUE INDEX absences_pkey ON public.absences USING btree (key)
CREATE INDEX absences_unit ON public.absences USING btree (unit, last_day)
accounts.door text NOT NULL
accounts.id text NOT NULL
accounts.role text NOT NULL
accounts.name text NOT NULL
accounts.state text NOT NULL
accounts.recipient text NOT NULL
accounts.sign bytea NOT NULL
accounts.login bytea
accounts.salt bytea
accounts.wrapped bytea EXTERNAL
accounts.totp bytea
accounts.totp_step bigint NOT NULL
accounts.totp_failures bigint NOT NULL
accounts.wait_until bigint
accounts.made text NOT NULL
accounts: accounts_check CHECK (((role = 'inspector'::text) = (door = 'inspect'::text)))
accounts: accounts_check1 CHECK (((state = 'active'::text) = (login IS NOT NULL)))
accounts: accounts_check2 CHECK (((login IS NULL) = (salt IS NULL)))
accounts: accounts_check3 CHECK (((login IS NULL) = (wrapped IS NULL)))
accounts: accounts_check4 CHECK (((login IS NULL) = (totp IS NULL)))
accounts: accounts_door_check CHECK ((door = ANY (ARRAY['desk'::text, 'inspect'::text])))
accounts: accounts_login_check CHECK ((length(login) = 32))
accounts: accounts_login_key UNIQUE (login)
accounts: accounts_pkey PRIMARY KEY (door, id)
accounts: accounts_recipient_key UNIQUE (recipient)
accounts: accounts_role_check CHECK ((role = ANY (ARRAY['administrator'::text, 'member'::text, 'custodian'::text, 'inspector'::text])))
accounts: accounts_salt_check CHECK ((length(salt) = 16))
accounts: accounts_sign_check CHECK ((length(sign) = 32))
accounts: accounts_sign_key UNIQUE (sign)
accounts: accounts_state_check CHECK ((state = ANY (ARRAY['active'::text, 'removed'::text])))
CREATE UNIQUE INDEX accounts_login_key ON public.accounts USING btree (login)
CREATE UNIQUE INDEX accounts_pkey ON public.accounts USING btree (door, id)
CREATE UNIQUE INDEX accounts_recipient_key ON public.accounts USING btree (recipient)
CREATE UNIQUE INDEX accounts_sign_key ON public.accounts USING btree (sign)
alarms.key bigint NOT NULL
alarms.at bigint NOT NULL
alarms.kind text NOT NULL
alarms.who text NOT NULL
alarms.unit text NOT NULL
alarms.case_id text NOT NULL
alarms.detail text NOT NULL
alarms.settled_by text NOT NULL
alarms.settled_day text NOT NULL
alarms: alarms_pkey PRIMARY KEY (key)
CREATE INDEX alarms_open ON public.alarms USING btree (settled_by, key)
CREATE UNIQUE INDEX alarms_pkey ON public.alarms USING btree (key)
asides.case_key bigint NOT NULL
asides.member text NOT NULL
asides: asides_case_key_fkey FOREIGN KEY (case_key) REFERENCES cases(key) ON DELETE CASCADE
asides: asides_pkey PRIMARY KEY (case_key, member)
CREATE INDEX asides_member ON public.asides USING btree (member, case_key)
CREATE UNIQUE INDEX asides_pkey ON public.asides USING btree (case_key, member)
audit.seq bigint NOT NULL
audit.at bigint NOT NULL
audit.who text NOT NULL
audit.unit text NOT NULL
audit.act text NOT NULL
audit.case_id text NOT NULL
audit.outcome text NOT NULL
audit.detail text NOT NULL
audit.prev bytea NOT NULL
audit.hash bytea NOT NULL
audit: audit_hash_check CHECK ((length(hash) = 32))
audit: audit_outcome_check CHECK ((outcome = ANY (ARRAY['allowed'::text, 'denied'::text])))
audit: audit_pkey PRIMARY KEY (seq)
audit: audit_prev_check CHECK ((length(prev) = 32))
CREATE INDEX audit_case ON public.audit USING btree (case_id)
CREATE UNIQUE INDEX audit_pkey ON public.audit USING btree (seq)
CREATE TRIGGER audit_no_change BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
blobs.key bigint NOT NULL
blobs.id text NOT NULL
blobs.doc_key bigint NOT NULL
blobs.direction text NOT NULL
blobs.size bigint NOT NULL
blobs.hash bytea NOT NULL
blobs.chunk_count bigint NOT NULL
blobs.chunks bytea NOT NULL
blobs: blobs_check CHECK ((length(chunks) = (32 * chunk_count)))
blobs: blobs_direction_check CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text, 'inside'::text])))
blobs: blobs_doc_key_fkey FOREIGN KEY (doc_key) REFERENCES docs(key) ON DELETE CASCADE
blobs: blobs_hash_check CHECK ((length(hash) = 32))
blobs: blobs_id_key UNIQUE (id)
blobs: blobs_pkey PRIMARY KEY (key)
CREATE INDEX blobs_doc ON public.blobs USING btree (doc_key)
CREATE UNIQUE INDEX blobs_id_key ON public.blobs USING btree (id)
CREATE UNIQUE INDEX blobs_pkey ON public.blobs USING btree (key)
case_due.case_key bigint NOT NULL
case_due.unit text NOT NULL
case_due.state text NOT NULL
case_due.level bigint NOT NULL
case_due.due text NOT NULL
case_due.clock text NOT NULL
case_due.category text NOT NULL
case_due.region text NOT NULL
case_due.day text NOT NULL
case_due.handler text NOT NULL
case_due.letter bigint NOT NULL
case_due.proposed bigint NOT NULL
case_due: case_due_case_key_fkey FOREIGN KEY (case_key) REFERENCES cases(key) ON DELETE CASCADE
case_due: case_due_level_check CHECK ((level = ANY (ARRAY[(0)::bigint, (1)::bigint])))
case_due: case_due_pkey PRIMARY KEY (case_key)
CREATE INDEX case_due_category ON public.case_due USING btree (unit, category, level, due, case_key)
CREATE INDEX case_due_day ON public.case_due USING btree (unit, day, level, due, case_key)
CREATE INDEX case_due_handler ON public.case_due USING btree (unit, handler, level, due, case_key) WHERE (handler <> ''::text)
CREATE INDEX case_due_handler_letter ON public.case_due USING btree (unit, handler, level, due, case_key) WHERE ((letter = 1) AND (handler <> ''::text))
CREATE INDEX case_due_handler_state ON public.case_due USING btree (unit, handler, state, level, due, case_key) WHERE (handler <> ''::text)
CREATE INDEX case_due_letter ON public.case_due USING btree (unit, level, due, case_key) WHERE (letter = 1)
CREATE UNIQUE INDEX case_due_pkey ON public.case_due USING btree (case_key)
CREATE INDEX case_due_proposed ON public.case_due USING btree (unit, level, due, case_key) WHERE (proposed = 1)
CREATE INDEX case_due_region ON public.case_due USING btree (unit, region, level, due, case_key)
CREATE INDEX case_due_state ON public.case_due USING btree (unit, state, level, due, case_key)
CREATE INDEX case_due_unit ON public.case_due USING btree (unit, level, due, case_key)
case_events.case_key bigint NOT NULL
case_events.seq bigint NOT NULL
case_events.kind text NOT NULL
case_events.day text NOT NULL
case_events.at bigint
case_events.member text
case_events.from_state text
case_events.to_state text
case_events.code text
case_events.doc text
case_events.clock text
case_events.due text
case_events.leaf bigint
case_events.random bytea
case_events.witness bytea
case_events.stands_for text
case_events: case_events_case_key_fkey FOREIGN KEY (case_key) REFERENCES cases(key) ON DELETE CASCADE
case_events: case_events_pkey PRIMARY KEY (case_key, seq)
case_events: case_events_random_check CHECK ((length(random) = 32))
CREATE UNIQUE INDEX case_events_pkey ON public.case_events USING btree (case_key, seq)
case_links.child bigint NOT NULL
case_links.parent bigint NOT NULL
case_links: case_links_check CHECK ((parent < child))
case_links: case_links_child_fkey FOREIGN KEY (child) REFERENCES cases(key) ON DELETE CASCADE
case_links: case_links_parent_fkey FOREIGN KEY (parent) REFERENCES cases(key) ON DELETE CASCADE
case_links: case_links_pkey PRIMARY KEY (child)
CREATE INDEX case_links_parent ON public.case_links USING btree (parent, child)
CREATE UNIQUE INDEX case_links_pkey ON public.case_links USING btree (child)
case_opened.case_key bigint NOT NULL
case_opened.day text NOT NULL
case_opened.leaf bigint NOT NULL
case_opened.random bytea NOT NULL
case_opened.witness bytea NOT NULL
case_opened: case_opened_case_key_fkey FOREIGN KEY (case_key) REFERENCES cases(key) ON DELETE CASCADE
case_opened: case_opened_pkey PRIMARY KEY (case_key)
case_opened: case_opened_random_check CHECK ((length(random) = 32))
CREATE UNIQUE INDEX case_opened_pkey ON public.case_opened USING btree (case_key)
case_units.unit text NOT NULL
case_units.case_key bigint NOT NULL
case_units.since text NOT NULL
case_units.lead text NOT NULL
case_units: case_units_case_key_fkey FOREIGN KEY (case_key) REFERENCES cases(key) ON DELETE CASCADE
case_units: case_units_pkey PRIMARY KEY (unit, case_key)
CREATE INDEX case_units_case ON public.case_units USING btree (case_key, unit)
CREATE UNIQUE INDEX case_units_pkey ON public.case_units USING btree (unit, case_key)
cases.key bigint NOT NULL
cases.id text NOT NULL
cases.number text NOT NULL
cases.unit text NOT NULL
cases.category text NOT NULL
cases.region text NOT NULL
cases.via text NOT NULL
cases.lang text NOT NULL
cases.danger boolean NOT NULL
cases.contact text NOT NULL
cases.wish boolean NOT NULL
cases.sealed text NOT NULL
cases.day text NOT NULL
cases.state text NOT NULL
cases.version bigint NOT NULL
cases: cases_id_key UNIQUE (id)
cases: cases_number_key UNIQUE (number)
cases: cases_pkey PRIMARY KEY (key)
CREATE UNIQUE INDEX cases_id_key ON public.cases USING btree (id)
CREATE UNIQUE INDEX cases_number_key ON public.cases USING btree (number)
CREATE UNIQUE INDEX cases_pkey ON public.cases USING btree (key)
category_approvals.category text NOT NULL
category_approvals.pack_hash bytea NOT NULL
category_approvals.inspector text NOT NULL
category_approvals.day text NOT NULL
category_approvals.signature bytea NOT NULL
category_approvals: category_approvals_pack_hash_check CHECK ((length(pack_hash) = 32))
category_approvals: category_approvals_pkey PRIMARY KEY (category, pack_hash)
CREATE UNIQUE INDEX category_approvals_pkey ON public.category_approvals USING btree (category, pack_hash)
checkpoints.log text NOT NULL
checkpoints.size bigint NOT NULL
checkpoints.root bytea NOT NULL
checkpoints.note bytea NOT NULL
checkpoints.at bigint NOT NULL
checkpoints: checkpoints_pkey PRIMARY KEY (log)
checkpoints: checkpoints_root_check CHECK ((length(root) = 32))
CREATE UNIQUE INDEX checkpoints_pkey ON public.checkpoints USING btree (log)
claims.mailbox_key bigint NOT NULL
claims.claim bytea NOT NULL
claims: claims_claim_check CHECK ((length(claim) = 32))
claims: claims_mailbox_key_fkey FOREIGN KEY (mailbox_key) REFERENCES mailboxes(key) ON DELETE CASCADE
claims: claims_pkey PRIMARY KEY (mailbox_key)
CREATE UNIQUE INDEX claims_pkey ON public.claims USING btree (mailbox_key)
danger.case_key bigint NOT NULL
danger.at bigint NOT NULL
danger: danger_at_check CHECK (((at % (60)::bigint) = 0))
danger: danger_case_key_fkey FOREIGN KEY (case_key) REFERENCES cases(key) ON DELETE CASCADE
danger: danger_pkey PRIMARY KEY (case_key)
CREATE UNIQUE INDEX danger_pkey ON public.danger USING btree (case_key)
doc_bodies.doc_key bigint NOT NULL
doc_bodies.body bytea NOT NULL EXTERNAL
doc_bodies: doc_bodies_doc_key_fkey FOREIGN KEY (doc_key) REFERENCES docs(key) ON DELETE CASCADE
doc_bodies: doc_bodies_pkey PRIMARY KEY (doc_key)
CREATE UNIQUE INDEX doc_bodies_pkey ON public.doc_bodies USING btree (doc_key)
doc_headers.doc_key bigint NOT NULL
doc_headers.unit text NOT NULL
doc_headers.header bytea NOT NULL
doc_headers: doc_headers_doc_key_fkey FOREIGN KEY (doc_key) REFERENCES docs(key) ON DELETE CASCADE
doc_headers: doc_headers_pkey PRIMARY KEY (doc_key, unit)
CREATE UNIQUE INDEX doc_headers_pkey ON public.doc_headers USING btree (doc_key, unit)
docs.key bigint NOT NULL
docs.case_key bigint NOT NULL
docs.chain text NOT NULL
docs.seq bigint NOT NULL
docs.id text NOT NULL
docs.kind text NOT NULL
docs.unit text NOT NULL
docs.day text NOT NULL
docs.hash bytea NOT NULL
docs.prev bytea
docs.size bigint NOT NULL
docs: docs_case_key_chain_seq_key UNIQUE (case_key, chain, seq)
docs: docs_case_key_fkey FOREIGN KEY (case_key) REFERENCES cases(key) ON DELETE CASCADE
docs: docs_case_key_id_key UNIQUE (case_key, id)
docs: docs_chain_check CHECK ((chain = ANY (ARRAY['reporter'::text, 'unit'::text, 'inside'::text])))
docs: docs_check CHECK (((seq = 1) = (prev IS NULL)))
docs: docs_hash_check CHECK ((length(hash) = 32))
docs: docs_pkey PRIMARY KEY (key)
docs: docs_prev_check CHECK ((length(prev) = 32))
docs: docs_seq_check CHECK ((seq > 0))
CREATE UNIQUE INDEX docs_case_key_chain_seq_key ON public.docs USING btree (case_key, chain, seq)
CREATE UNIQUE INDEX docs_case_key_id_key ON public.docs USING btree (case_key, id)
CREATE UNIQUE INDEX docs_pkey ON public.docs USING btree (key)
CREATE INDEX docs_texts ON public.docs USING btree (key) WHERE (kind = ANY (ARRAY['note'::text, 'title'::text]))
drafts.one bigint NOT NULL
drafts.body bytea NOT NULL EXTERNAL
drafts.proposer text NOT NULL
drafts.day text NOT NULL
drafts: drafts_one_check CHECK ((one = 1))
drafts: drafts_pkey PRIMARY KEY (one)
CREATE UNIQUE INDEX drafts_pkey ON public.drafts USING btree (one)
empty_calls.unit text NOT NULL
empty_calls.day text NOT NULL
empty_calls.kind text NOT NULL
empty_calls.n bigint NOT NULL
empty_calls: empty_calls_kind_check CHECK ((kind = ANY (ARRAY['wrong'::text, 'silent'::text, 'abusive'::text, 'dropped'::text])))
empty_calls: empty_calls_pkey PRIMARY KEY (unit, day, kind)
CREATE UNIQUE INDEX empty_calls_pkey ON public.empty_calls USING btree (unit, day, kind)
entries.case_id text NOT NULL
entries.unit text NOT NULL
entries.member text NOT NULL
entries.via text NOT NULL
entries.day text NOT NULL
entries.mark bytea NOT NULL
entries.leaf bigint NOT NULL
entries.random bytea NOT NULL
entries.witness bytea NOT NULL
entries.version bigint NOT NULL
entries.draft bytea EXTERNAL
entries: entries_check CHECK (((version = 0) = (draft IS NULL)))
entries: entries_mark_check CHECK ((length(mark) = 32))
entries: entries_mark_key UNIQUE (mark)
entries: entries_pkey PRIMARY KEY (case_id)
entries: entries_random_check CHECK ((length(random) = 32))
CREATE INDEX entries_day ON public.entries USING btree (day)
CREATE UNIQUE INDEX entries_mark_key ON public.entries USING btree (mark)
CREATE INDEX entries_member ON public.entries USING btree (unit, member)
CREATE UNIQUE INDEX entries_pkey ON public.entries USING btree (case_id)
first_codes.key bigint NOT NULL
first_codes.case_key bigint NOT NULL
first_codes.mark bytea NOT NULL
first_codes.kind text NOT NULL
first_codes.until bigint NOT NULL
first_codes.auth bytea
first_codes.sign bytea
first_codes.recipient text PLAIN
first_codes: first_codes_auth_check CHECK ((length(auth) = 32))
first_codes: first_codes_case_key_fkey FOREIGN KEY (case_key) REFERENCES cases(key) ON DELETE CASCADE
first_codes: first_codes_check CHECK (((auth IS NULL) = (sign IS NULL)))
first_codes: first_codes_check1 CHECK (((auth IS NULL) = (recipient IS NULL)))
first_codes: first_codes_kind_check CHECK ((kind = ANY (ARRAY['pickup'::text, 'link'::text])))
first_codes: first_codes_mark_check CHECK ((length(mark) = 32))
first_codes: first_codes_mark_key UNIQUE (mark)
first_codes: first_codes_pkey PRIMARY KEY (key)
first_codes: first_codes_sign_check CHECK ((length(sign) = 32))
first_codes: first_codes_until_check CHECK (((until % (3600)::bigint) = 0))
CREATE INDEX first_codes_case ON public.first_codes USING btree (case_key)
CREATE UNIQUE INDEX first_codes_mark_key ON public.first_codes USING btree (mark)
CREATE UNIQUE INDEX first_codes_pkey ON public.first_codes USING btree (key)
first_guesses.hour bigint NOT NULL
first_guesses.n bigint NOT NULL
first_guesses: first_guesses_hour_check CHECK (((hour % (3600)::bigint) = 0))
first_guesses: first_guesses_pkey PRIMARY KEY (hour)
CREATE UNIQUE INDEX first_guesses_pkey ON public.first_guesses USING btree (hour)
form_marks.hash bytea NOT NULL
form_marks.expires bigint NOT NULL
form_marks.mac bytea
form_marks.mac_until bigint
form_marks: form_marks_check CHECK (((mac IS NULL) = (mac_until IS NULL)))
form_marks: form_marks_expires_check CHECK (((expires % (3600)::bigint) = 0))
form_marks: form_marks_hash_check CHECK ((length(hash) = 32))
form_marks: form_marks_mac_until_check CHECK (((mac_until % (60)::bigint) = 0))
form_marks: form_marks_pkey PRIMARY KEY (hash)
CREATE INDEX form_marks_expires ON public.form_marks USING btree (expires)
CREATE UNIQUE INDEX form_marks_pkey ON public.form_marks USING btree (hash)
form_slots.slot bigint NOT NULL
form_slots.n bigint NOT NULL
form_slots: form_slots_pkey PRIMARY KEY (slot)
CREATE UNIQUE INDEX form_slots_pkey ON public.form_slots USING btree (slot)
handouts.member text NOT NULL
handouts.hour bigint NOT NULL
handouts.n bigint NOT NULL
handouts: handouts_hour_check CHECK (((hour % (3600)::bigint) = 0))
handouts: handouts_pkey PRIMARY KEY (member, hour)
CREATE UNIQUE INDEX handouts_pkey ON public.handouts USING btree (member, hour)
identities.case_key bigint NOT NULL
identities.box bytea NOT NULL EXTERNAL
identities: identities_case_key_fkey FOREIGN KEY (case_key) REFERENCES cases(key) ON DELETE CASCADE
identities: identities_pkey PRIMARY KEY (case_key)
CREATE UNIQUE INDEX identities_pkey ON public.identities USING btree (case_key)
identity_shares.case_key bigint NOT NULL
identity_shares.custodian text NOT NULL
identity_shares.share bytea NOT NULL EXTERNAL
identity_shares: identity_shares_case_key_fkey FOREIGN KEY (case_key) REFERENCES identities(case_key) ON DELETE CASCADE
identity_shares: identity_shares_pkey PRIMARY KEY (case_key, custodian)
CREATE UNIQUE INDEX identity_shares_pkey ON public.identity_shares USING btree (case_key, custodian)
invitations.mark bytea NOT NULL
invitations.door text NOT NULL
invitations.role text NOT NULL
invitations.account text NOT NULL
invitations.name text NOT NULL
invitations.maker text NOT NULL
invitations.until bigint NOT NULL
invitations: invitations_check CHECK (((role = 'inspector'::text) = (door = 'inspect'::text)))
invitations: invitations_check1 CHECK (((account = ''::text) = (name = ''::text)))
invitations: invitations_door_check CHECK ((door = ANY (ARRAY['desk'::text, 'inspect'::text])))
invitations: invitations_mark_check CHECK ((length(mark) = 32))
invitations: invitations_pkey PRIMARY KEY (mark)
CREATE UNIQUE INDEX invitations_pkey ON public.invitations USING btree (mark)
key_sets.version bigint NOT NULL
key_sets.body bytea NOT NULL
key_sets.leaf bigint NOT NULL
key_sets: key_sets_pkey PRIMARY KEY (version)
CREATE UNIQUE INDEX key_sets_pkey ON public.key_sets USING btree (version)
kit_changes.list bigint NOT NULL
kit_changes.kit bytea NOT NULL
kit_changes.k bigint NOT NULL
kit_changes.n bigint NOT NULL
kit_changes.proposer text NOT NULL
kit_changes.carried boolean NOT NULL
kit_changes: kit_changes_kit_check CHECK ((length(kit) = 32))
kit_changes: kit_changes_pkey PRIMARY KEY (list)
CREATE UNIQUE INDEX kit_changes_pkey ON public.kit_changes USING btree (list)
kit_uses.list bigint NOT NULL
kit_uses.unit text NOT NULL
kit_uses.former bigint NOT NULL
kit_uses: kit_uses_list_fkey FOREIGN KEY (list) REFERENCES kit_changes(list)
kit_uses: kit_uses_pkey PRIMARY KEY (list, unit)
CREATE UNIQUE INDEX kit_uses_pkey ON public.kit_uses USING btree (list, unit)
log_leaf.log text NOT NULL
log_leaf.idx bigint NOT NULL
log_leaf.data bytea NOT NULL
log_leaf: log_leaf_pkey PRIMARY KEY (log, idx)
CREATE UNIQUE INDEX log_leaf_pkey ON public.log_leaf USING btree (log, idx)
CREATE TRIGGER log_leaf_no_change BEFORE DELETE OR UPDATE OR TRUNCATE ON public.log_leaf FOR EACH STATEMENT EXECUTE FUNCTION log_leaf_refuse()
log_node.log text NOT NULL
log_node.id bigint NOT NULL
log_node.hash bytea NOT NULL
log_node: log_node_hash_check CHECK ((length(hash) = 32))
log_node: log_node_pkey PRIMARY KEY (log, id)
CREATE UNIQUE INDEX log_node_pkey ON public.log_node USING btree (log, id)
CREATE TRIGGER log_node_no_change BEFORE DELETE OR UPDATE OR TRUNCATE ON public.log_node FOR EACH STATEMENT EXECUTE FUNCTION log_node_refuse()
log_state.log text NOT NULL
log_state.size bigint NOT NULL
log_state: log_state_log_check CHECK ((log = ANY (ARRAY['cases'::text, 'public'::text])))
log_state: log_state_pkey PRIMARY KEY (log)
CREATE UNIQUE INDEX log_state_pkey ON public.log_state USING btree (log)
mailbox_copies.item_key bigint NOT NULL
mailbox_copies.body bytea NOT NULL EXTERNAL
mailbox_copies: mailbox_copies_item_key_fkey FOREIGN KEY (item_key) REFERENCES mailbox_items(key) ON DELETE CASCADE
mailbox_copies: mailbox_copies_pkey PRIMARY KEY (item_key)
CREATE UNIQUE INDEX mailbox_copies_pkey ON public.mailbox_copies USING btree (item_key)
mailbox_items.key bigint NOT NULL
mailbox_items.mailbox_key bigint NOT NULL
mailbox_items.doc_key bigint NOT NULL
mailbox_items.erased boolean NOT NULL
mailbox_items.note bytea
mailbox_items: mailbox_items_doc_key_fkey FOREIGN KEY (doc_key) REFERENCES docs(key) ON DELETE CASCADE
mailbox_items: mailbox_items_mailbox_key_doc_key_key UNIQUE (mailbox_key, doc_key)
mailbox_items: mailbox_items_mailbox_key_fkey FOREIGN KEY (mailbox_key) REFERENCES mailboxes(key) ON DELETE CASCADE
mailbox_items: mailbox_items_pkey PRIMARY KEY (key)
CREATE INDEX mailbox_items_doc ON public.mailbox_items USING btree (doc_key)
CREATE UNIQUE INDEX mailbox_items_mailbox_key_doc_key_key ON public.mailbox_items USING btree (mailbox_key, doc_key)
CREATE UNIQUE INDEX mailbox_items_pkey ON public.mailbox_items USING btree (key)
mailboxes.key bigint NOT NULL
mailboxes.case_key bigint NOT NULL
mailboxes.auth bytea NOT NULL
mailboxes.sign bytea NOT NULL
mailboxes.recipient text NOT NULL PLAIN
mailboxes.state text NOT NULL
mailboxes.claim_day text NOT NULL
mailboxes.claim_tries bigint NOT NULL
mailboxes: mailboxes_auth_check CHECK ((length(auth) = 32))
mailboxes: mailboxes_auth_key UNIQUE (auth)
mailboxes: mailboxes_case_key_fkey FOREIGN KEY (case_key) REFERENCES cases(key) ON DELETE CASCADE
mailboxes: mailboxes_pkey PRIMARY KEY (key)
mailboxes: mailboxes_sign_check CHECK ((length(sign) = 32))
mailboxes: mailboxes_state_check CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text])))
CREATE UNIQUE INDEX mailboxes_auth_key ON public.mailboxes USING btree (auth)
CREATE INDEX mailboxes_case ON public.mailboxes USING btree (case_key)
CREATE UNIQUE INDEX mailboxes_pkey ON public.mailboxes USING btree (key)
meta.name text NOT NULL
meta.value text NOT NULL
meta: meta_pkey PRIMARY KEY (name)
CREATE UNIQUE INDEX meta_pkey ON public.meta USING btree (name)
outbox.key bigint NOT NULL IDENTITY
outbox.kind text NOT NULL
outbox.payload bytea NOT NULL
outbox.due bigint NOT NULL
outbox.tries bigint NOT NULL
outbox.fault text NOT NULL
outbox: outbox_pkey PRIMARY KEY (key)
CREATE INDEX outbox_due ON public.outbox USING btree (due)
CREATE UNIQUE INDEX outbox_pkey ON public.outbox USING btree (key)
own_files.door text NOT NULL
own_files.account text NOT NULL
own_files.version bigint NOT NULL
own_files.day text NOT NULL
own_files.body bytea NOT NULL EXTERNAL
own_files: own_files_door_account_fkey FOREIGN KEY (door, account) REFERENCES accounts(door, id)
own_files: own_files_pkey PRIMARY KEY (door, account)
own_files: own_files_version_check CHECK ((version > 0))
CREATE UNIQUE INDEX own_files_pkey ON public.own_files USING btree (door, account)
passkeys.id bytea NOT NULL
passkeys.door text NOT NULL
passkeys.account text NOT NULL
passkeys.name text NOT NULL
passkeys.made text NOT NULL
passkeys.recipient text NOT NULL
passkeys.credential bytea NOT NULL
passkeys: passkeys_door_account_fkey FOREIGN KEY (door, account) REFERENCES accounts(door, id)
passkeys: passkeys_id_check CHECK (((length(id) >= 1) AND (length(id) <= 1023)))
passkeys: passkeys_pkey PRIMARY KEY (id)
passkeys: passkeys_recipient_key UNIQUE (recipient)
CREATE INDEX passkeys_account ON public.passkeys USING btree (door, account)
CREATE UNIQUE INDEX passkeys_pkey ON public.passkeys USING btree (id)
CREATE UNIQUE INDEX passkeys_recipient_key ON public.passkeys USING btree (recipient)
pending_files.key bigint NOT NULL
pending_files.form bytea NOT NULL
pending_files.blob text NOT NULL
pending_files.manifest bytea NOT NULL
pending_files.size bigint NOT NULL
pending_files.expires bigint NOT NULL
pending_files: pending_files_blob_key UNIQUE (blob)
pending_files: pending_files_expires_check CHECK (((expires % (3600)::bigint) = 0))
pending_files: pending_files_form_check CHECK ((length(form) = 32))
pending_files: pending_files_pkey PRIMARY KEY (key)
CREATE UNIQUE INDEX pending_files_blob_key ON public.pending_files USING btree (blob)
CREATE INDEX pending_files_expires ON public.pending_files USING btree (expires)
CREATE INDEX pending_files_form ON public.pending_files USING btree (form)
CREATE UNIQUE INDEX pending_files_pkey ON public.pending_files USING btree (key)
proposal_votes.proposal_key bigint NOT NULL
proposal_votes.member text NOT NULL
proposal_votes.approves boolean NOT NULL
proposal_votes: proposal_votes_pkey PRIMARY KEY (proposal_key, member)
proposal_votes: proposal_votes_proposal_key_fkey FOREIGN KEY (proposal_key) REFERENCES proposals(key) ON DELETE CASCADE
CREATE UNIQUE INDEX proposal_votes_pkey ON public.proposal_votes USING btree (proposal_key, member)
proposals.key bigint NOT NULL
proposals.case_key bigint NOT NULL
proposals.kind text NOT NULL
proposals.code text NOT NULL
proposals.doc text NOT NULL
proposals.proposer text NOT NULL
proposals.version bigint NOT NULL
proposals.state text NOT NULL
proposals.decided_by text
proposals: proposals_case_key_fkey FOREIGN KEY (case_key) REFERENCES cases(key) ON DELETE CASCADE
proposals: proposals_check CHECK (((state = 'open'::text) = (decided_by IS NULL)))
proposals: proposals_check1 CHECK (((state <> ALL (ARRAY['approved'::text, 'refused'::text])) OR (decided_by <> proposer)))
proposals: proposals_doc_key UNIQUE (doc)
proposals: proposals_pkey PRIMARY KEY (key)
proposals: proposals_state_check CHECK ((state = ANY (ARRAY['open'::text, 'approved'::text, 'withdrawn'::text, 'refused'::text])))
CREATE INDEX proposals_case ON public.proposals USING btree (case_key)
CREATE UNIQUE INDEX proposals_doc_key ON public.proposals USING btree (doc)
CREATE UNIQUE INDEX proposals_pkey ON public.proposals USING btree (key)
roster_changes.unit text NOT NULL
roster_changes.body bytea NOT NULL EXTERNAL
roster_changes.proposer text NOT NULL
roster_changes.day text NOT NULL
roster_changes: roster_changes_pkey PRIMARY KEY (unit)
CREATE UNIQUE INDEX roster_changes_pkey ON public.roster_changes USING btree (unit)
rosters.unit text NOT NULL
rosters.version bigint NOT NULL
rosters.body bytea NOT NULL
rosters: rosters_pkey PRIMARY KEY (unit, version)
CREATE UNIQUE INDEX rosters_pkey ON public.rosters USING btree (unit, version)
samples.key bigint NOT NULL
samples.case_key bigint NOT NULL
samples.unit text NOT NULL
samples.inspector text NOT NULL
samples.asked text NOT NULL
samples.due text NOT NULL
samples.state text NOT NULL
samples.answered_by text NOT NULL
samples.answered text NOT NULL
samples.sealed bytea EXTERNAL
samples.review bigint NOT NULL
samples: samples_case_key_fkey FOREIGN KEY (case_key) REFERENCES cases(key) ON DELETE CASCADE
samples: samples_pkey PRIMARY KEY (key)
samples: samples_state_check CHECK ((state = ANY (ARRAY['open'::text, 'given'::text, 'refused'::text])))
CREATE INDEX samples_case ON public.samples USING btree (case_key)
CREATE UNIQUE INDEX samples_pkey ON public.samples USING btree (key)
CREATE INDEX samples_unit ON public.samples USING btree (unit, state, key)
schema_sums.version bigint NOT NULL
schema_sums.sum text NOT NULL
schema_sums: schema_sums_pkey PRIMARY KEY (version)
CREATE UNIQUE INDEX schema_sums_pkey ON public.schema_sums USING btree (version)
screen_counts.day text NOT NULL
screen_counts.screen text NOT NULL
screen_counts.n bigint NOT NULL
screen_counts: screen_counts_pkey PRIMARY KEY (day, screen)
CREATE UNIQUE INDEX screen_counts_pkey ON public.screen_counts USING btree (day, screen)
sessions.mark bytea NOT NULL
sessions.door text NOT NULL
sessions.account text NOT NULL
sessions.ends bigint NOT NULL
sessions.used bigint NOT NULL
sessions: sessions_door_account_fkey FOREIGN KEY (door, account) REFERENCES accounts(door, id)
sessions: sessions_mark_check CHECK ((length(mark) = 32))
sessions: sessions_pkey PRIMARY KEY (mark)
sessions: sessions_used_check CHECK (((used % (60)::bigint) = 0))
CREATE INDEX sessions_account ON public.sessions USING btree (door, account)
CREATE UNIQUE INDEX sessions_pkey ON public.sessions USING btree (mark)
sketches.unit text NOT NULL
sketches.version bigint NOT NULL
sketches.since text NOT NULL
sketches.sealed bytea NOT NULL EXTERNAL
sketches: sketches_pkey PRIMARY KEY (unit)
CREATE UNIQUE INDEX sketches_pkey ON public.sketches USING btree (unit)
tallies.hour bigint NOT NULL
tallies.act text NOT NULL
tallies.tens bigint NOT NULL
tallies: tallies_hour_check CHECK (((hour % (3600)::bigint) = 0))
tallies: tallies_pkey PRIMARY KEY (hour, act)
CREATE UNIQUE INDEX tallies_pkey ON public.tallies USING btree (hour, act)
tongues.door text NOT NULL
tongues.account text NOT NULL
tongues.lang text NOT NULL
tongues: tongues_door_account_fkey FOREIGN KEY (door, account) REFERENCES accounts(door, id)
tongues: tongues_pkey PRIMARY KEY (door, account, lang)
CREATE UNIQUE INDEX tongues_pkey ON public.tongues USING btree (door, account, lang)
unit_handed.unit text NOT NULL
unit_handed.unit_key bytea NOT NULL
unit_handed.member text NOT NULL
unit_handed.sealed bytea NOT NULL EXTERNAL
unit_handed.giver text NOT NULL
unit_handed.day text NOT NULL
unit_handed: unit_handed_pkey PRIMARY KEY (unit, unit_key, member)
unit_handed: unit_handed_unit_key_check CHECK ((length(unit_key) = 32))
CREATE UNIQUE INDEX unit_handed_pkey ON public.unit_handed USING btree (unit, unit_key, member)
unit_recovery.unit text NOT NULL
unit_recovery.unit_key bytea NOT NULL
unit_recovery.recovery bytea NOT NULL
unit_recovery.sealed bytea NOT NULL EXTERNAL
unit_recovery.day text NOT NULL
unit_recovery: unit_recovery_pkey PRIMARY KEY (unit, unit_key)
unit_recovery: unit_recovery_recovery_check CHECK ((length(recovery) = 32))
unit_recovery: unit_recovery_unit_key_check CHECK ((length(unit_key) = 32))
CREATE UNIQUE INDEX unit_recovery_pkey ON public.unit_recovery USING btree (unit, unit_key)
uploads.key bigint NOT NULL
uploads.id text NOT NULL
uploads.size bigint NOT NULL
uploads.arrived bigint NOT NULL
uploads.hash bytea
uploads.chunk_count bigint
uploads.chunks bytea
uploads.expires bigint NOT NULL
uploads: uploads_check CHECK (((arrived >= 0) AND (arrived <= size)))
uploads: uploads_check1 CHECK (((arrived = size) = (hash IS NOT NULL)))
uploads: uploads_check2 CHECK (((hash IS NULL) = (chunks IS NULL)))
uploads: uploads_check3 CHECK (((hash IS NULL) = (chunk_count IS NULL)))
uploads: uploads_check4 CHECK ((length(chunks) = (32 * chunk_count)))
uploads: uploads_expires_check CHECK (((expires % (3600)::bigint) = 0))
uploads: uploads_hash_check CHECK ((length(hash) = 32))
uploads: uploads_id_key UNIQUE (id)
uploads: uploads_pkey PRIMARY KEY (key)
uploads: uploads_size_check CHECK ((size > 0))
CREATE INDEX uploads_expires ON public.uploads USING btree (expires)
CREATE UNIQUE INDEX uploads_id_key ON public.uploads USING btree (id)
CREATE UNIQUE INDEX uploads_pkey ON public.uploads USING btree (key)
warnings.key bigint NOT NULL
warnings.case_key bigint
warnings.unit text NOT NULL
warnings.clock text NOT NULL
warnings.began bigint NOT NULL
warnings.level bigint NOT NULL
warnings.day text NOT NULL
warnings.made text NOT NULL
warnings: warnings_case_key_clock_began_level_key UNIQUE (case_key, clock, began, level)
warnings: warnings_case_key_fkey FOREIGN KEY (case_key) REFERENCES cases(key) ON DELETE SET NULL
warnings: warnings_level_check CHECK ((level = ANY (ARRAY[(80)::bigint, (100)::bigint])))
warnings: warnings_pkey PRIMARY KEY (key)
CREATE UNIQUE INDEX warnings_case_key_clock_began_level_key ON public.warnings USING btree (case_key, clock, began, level)
CREATE INDEX warnings_day ON public.warnings USING btree (day, unit, clock, level)
CREATE UNIQUE INDEX warnings_pkey ON public.warnings USING btree (key)
CREATE INDEX warnings_unit ON public.warnings USING btree (unit, level, key)
