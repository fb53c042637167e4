-- Every table names the portal, so that no query can forget it.
-- Times are milliseconds since the Unix epoch, UTC. The same tables are in ../postgres.

CREATE TABLE accounts (
    portal_id      BIGINT PRIMARY KEY NOT NULL,
    name           TEXT NOT NULL,
    ui_domain      TEXT NOT NULL,
    access_token   BLOB NOT NULL,   -- sealed
    refresh_token  BLOB NOT NULL,   -- sealed
    expires_at     BIGINT NOT NULL,
    disconnected_at BIGINT,                    -- when HubSpot was seen to have uninstalled the app
    choices        TEXT NOT NULL DEFAULT '{}',
    nrs_username   TEXT,
    nrs_password   BLOB,                        -- sealed
    link_host      TEXT,                       -- its own for links, seen to lead here
    utm            TEXT NOT NULL DEFAULT '{}', -- tags that new messages begin with
    page           TEXT NOT NULL DEFAULT '{}'  -- for people who want no more messages
);

CREATE TABLE sign_ins (
    state_hash  BLOB PRIMARY KEY NOT NULL,
    verifier    TEXT NOT NULL,
    expires_at  BIGINT NOT NULL
);

CREATE TABLE sessions (
    token_hash  BLOB PRIMARY KEY NOT NULL,
    portal_id   BIGINT NOT NULL REFERENCES accounts (portal_id),
    user_id     TEXT NOT NULL,
    email       TEXT NOT NULL,
    expires_at  BIGINT NOT NULL,
    contacts    TEXT   -- of a page inside HubSpot's: whom it is for; NULL: everybody
);

-- For pages inside HubSpot's; each works once.
CREATE TABLE tickets (
    token_hash  BLOB PRIMARY KEY NOT NULL,
    portal_id   BIGINT NOT NULL REFERENCES accounts (portal_id),
    user_id     TEXT NOT NULL,
    email       TEXT NOT NULL,
    opening     TEXT NOT NULL,
    expires_at  BIGINT NOT NULL
);
-- Signatures of requests that do something, so that none of them does it twice.
CREATE TABLE signatures (
    digest      BLOB PRIMARY KEY NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX signatures_by_age ON signatures (expires_at);

CREATE TABLE drafts (
    portal_id   BIGINT NOT NULL REFERENCES accounts (portal_id),
    draft_key   TEXT NOT NULL,
    body        TEXT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (portal_id, draft_key)
);

-- Files of recipients.
CREATE TABLE imports (
    id          TEXT PRIMARY KEY NOT NULL,
    portal_id   BIGINT NOT NULL REFERENCES accounts (portal_id),
    name        TEXT NOT NULL,
    complete    BIGINT NOT NULL,   -- 0 while it is being written or removed
    total       BIGINT NOT NULL,
    bad         BIGINT NOT NULL,
    columns     TEXT NOT NULL,
    phone       TEXT,
    person      TEXT,
    prefix      TEXT,
    encoding    TEXT NOT NULL,
    delimiter   TEXT NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE INDEX imports_by_age ON imports (created_at);
CREATE TABLE import_rows (
    import_id  TEXT NOT NULL REFERENCES imports (id),
    portal_id  BIGINT NOT NULL,
    line       BIGINT NOT NULL,
    fields     TEXT NOT NULL,
    fault      TEXT,
    PRIMARY KEY (import_id, line)
) WITHOUT ROWID;
CREATE INDEX import_rows_bad ON import_rows (import_id, line) WHERE fault IS NOT NULL;

CREATE TABLE campaigns (
    id            TEXT PRIMARY KEY NOT NULL,
    portal_id     BIGINT NOT NULL REFERENCES accounts (portal_id),
    draft_key     TEXT NOT NULL,
    draft         TEXT NOT NULL,
    name          TEXT NOT NULL,
    max_parts     BIGINT NOT NULL,
    links         TEXT NOT NULL,   -- how its links look
    state         TEXT NOT NULL,
    pause_reason  TEXT,
    import_id     TEXT REFERENCES imports (id),
    audience      BIGINT NOT NULL DEFAULT 0,   -- how many it has, as far as is known
    prepared      BIGINT NOT NULL DEFAULT 0,   -- how many of them have been read
    prepared_to   TEXT,     -- where reading them goes on; NULL: there is nothing to read
    prepare_at    BIGINT NOT NULL DEFAULT 0,   -- when others may take that over, by the database's clock
    prepare_tries BIGINT NOT NULL DEFAULT 0,   -- how often in a row it came to nothing
    created_at    BIGINT NOT NULL,
    ended_at      BIGINT,   -- by the database's clock where it finished
    erased_to     TEXT,     -- the last contact that was erased; NULL: none is
    erased_at     BIGINT,   -- when all were
    UNIQUE (portal_id, draft_key)
);
CREATE INDEX campaigns_newest ON campaigns (portal_id, created_at DESC, id DESC);
-- Messages are claimed campaign by campaign, so that a campaign of a hundred
-- thousand is not read whole for every few of them.
CREATE INDEX campaigns_by_state ON campaigns (state, id);
CREATE INDEX campaigns_to_erase ON campaigns (ended_at) WHERE erased_at IS NULL;
CREATE INDEX campaigns_by_import ON campaigns (import_id) WHERE import_id IS NOT NULL;

-- Processes that send. Their ids are never given twice. Whoever sees that one has not
-- beaten for a while, by a clock of its own that cannot be set, takes its messages.
CREATE TABLE workers (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    beats  BIGINT NOT NULL DEFAULT 0
);

-- The row is the job: there is no queue beside it.
CREATE TABLE recipients (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    portal_id        BIGINT NOT NULL,
    campaign_id      TEXT NOT NULL REFERENCES campaigns (id),
    contact_id       TEXT NOT NULL,
    name             TEXT NOT NULL,
    phone            TEXT,
    contact_values   TEXT NOT NULL,
    state            TEXT NOT NULL,
    reason           TEXT,
    parts            BIGINT,
    provider_id      TEXT,                        -- the message at 360nrs
    sending_id       TEXT,                        -- the call that it was sent with
    left_at          BIGINT,                      -- when 360nrs was called, unless that provably came to nothing
    tries            BIGINT NOT NULL DEFAULT 0,   -- calls that reached nobody, since it was last let go on
    attempts         BIGINT NOT NULL DEFAULT 0,   -- the number of the last one
    worker           BIGINT,                      -- who works on it
    not_before       BIGINT NOT NULL DEFAULT 0,
    updated_at       BIGINT NOT NULL,
    clicked_at       BIGINT,
    unsubscribed_at  BIGINT,
    replied_at       BIGINT,
    execution        TEXT NOT NULL DEFAULT '',    -- of a workflow's action; it may send to somebody again
    text             TEXT,                        -- its own, where a workflow has filled it in
    UNIQUE (campaign_id, contact_id, execution),
    CHECK ((worker IS NOT NULL) = (state IN ('claimed', 'attempting')))
);
-- With what a campaign's summary counts, so that it need not look at the rows.
CREATE INDEX recipients_by_state ON recipients (campaign_id, state, id, clicked_at, unsubscribed_at, replied_at);

CREATE INDEX recipients_held ON recipients (worker) WHERE worker IS NOT NULL;
-- Claimed by time, so that what waits for later is not looked at again and again.
CREATE INDEX recipients_waiting ON recipients (campaign_id, not_before, id) WHERE state = 'pending';
-- Who was sent to lately.
CREATE INDEX recipients_left ON recipients (portal_id, phone, left_at) WHERE left_at IS NOT NULL;
CREATE INDEX recipients_by_provider ON recipients (portal_id, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX recipients_by_sending ON recipients (sending_id) WHERE sending_id IS NOT NULL;
CREATE INDEX recipients_by_contact ON recipients (portal_id, contact_id);
CREATE INDEX recipients_by_execution ON recipients (portal_id, execution) WHERE execution <> '';
CREATE INDEX recipients_of_workflows ON recipients (updated_at) WHERE execution <> '';
CREATE INDEX recipients_in_doubt ON recipients (campaign_id) WHERE state = 'in_doubt';

-- What the provider reported, known values and others.
CREATE TABLE reports (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient_id  BIGINT NOT NULL REFERENCES recipients (id),
    code          TEXT NOT NULL,
    arrived_at    BIGINT NOT NULL
);
CREATE INDEX reports_by_recipient ON reports (recipient_id);

-- What the account's call-back said of messages that were not known by that id yet.
CREATE TABLE callbacks (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    portal_id      BIGINT NOT NULL,
    provider_id    TEXT NOT NULL,
    event          TEXT NOT NULL,
    campaign_name  TEXT NOT NULL,
    phone          TEXT NOT NULL,
    said           TEXT NOT NULL,    -- what somebody has answered
    arrived_at     BIGINT NOT NULL,
    UNIQUE (portal_id, provider_id, event, said)
);

-- What people made of messages in doubt, and who.
CREATE TABLE decisions (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient_id  BIGINT NOT NULL REFERENCES recipients (id),
    portal_id     BIGINT NOT NULL,
    key           TEXT NOT NULL,      -- of the request
    decision      TEXT NOT NULL,
    decided_by    TEXT NOT NULL,
    decided_at    BIGINT NOT NULL
);
CREATE INDEX decisions_by_key ON decisions (portal_id, key);
CREATE INDEX decisions_by_recipient ON decisions (recipient_id);

-- What workflows have asked for, each once for good.
CREATE TABLE executions (
    portal_id      BIGINT NOT NULL REFERENCES accounts (portal_id),
    callback_id    TEXT NOT NULL,
    state          TEXT NOT NULL,   -- expanding, waiting, done
    answer         TEXT NOT NULL,   -- what HubSpot was answered
    request        TEXT,            -- while it is expanding
    complete_when  TEXT NOT NULL,
    deadline       BIGINT NOT NULL,
    next_at        BIGINT NOT NULL DEFAULT 0,   -- when somebody may work on it, by the database's clock
    tries          BIGINT NOT NULL DEFAULT 0,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (portal_id, callback_id)
);
CREATE INDEX executions_expanding ON executions (next_at) WHERE state = 'expanding';
CREATE INDEX executions_waiting ON executions (deadline) WHERE state = 'waiting';

-- How fast and how much an account sends, over all processes.
CREATE TABLE pace (
    portal_id  BIGINT PRIMARY KEY NOT NULL,
    free_at    BIGINT NOT NULL    -- microseconds, by the database's clock
);
CREATE TABLE spending (
    portal_id  BIGINT NOT NULL,
    day        BIGINT NOT NULL,   -- since 1970, UTC
    parts      BIGINT NOT NULL,
    PRIMARY KEY (portal_id, day)
);

CREATE TABLE links (
    code          TEXT PRIMARY KEY NOT NULL,
    portal_id     BIGINT NOT NULL,
    recipient_id  BIGINT NOT NULL REFERENCES recipients (id),
    target        TEXT,            -- NULL: this is an unsubscribe link; empty: it was erased
    clicks        BIGINT NOT NULL DEFAULT 0    -- confirmed ones
);
CREATE INDEX links_by_recipient ON links (recipient_id);

-- Who followed a link: a program, somebody as it seems, a person.
CREATE TABLE clicks (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    portal_id     BIGINT NOT NULL,
    recipient_id  BIGINT NOT NULL REFERENCES recipients (id),
    code          TEXT NOT NULL,
    class         TEXT NOT NULL,   -- machine, probable, confirmed
    visitor       BLOB NOT NULL,  -- keyed hash of the address, with another key every day
    at            BIGINT NOT NULL
);
CREATE INDEX clicks_by_recipient ON clicks (recipient_id);

-- The key of a day, which goes with it.
CREATE TABLE salts (
    day   BIGINT PRIMARY KEY NOT NULL,   -- since 1970, UTC
    salt  BLOB NOT NULL
);

-- How many they are, so that a summary need not look at them.
CREATE TABLE click_counts (
    campaign_id   TEXT PRIMARY KEY NOT NULL REFERENCES campaigns (id),
    portal_id     BIGINT NOT NULL,
    machine       BIGINT NOT NULL DEFAULT 0,
    probable      BIGINT NOT NULL DEFAULT 0,
    confirmed     BIGINT NOT NULL DEFAULT 0
);

-- What people answered.
CREATE TABLE replies (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    portal_id     BIGINT NOT NULL,
    recipient_id  BIGINT NOT NULL REFERENCES recipients (id),
    said          TEXT,              -- NULL: 360nrs did not tell, or it was erased
    stops         BIGINT NOT NULL,   -- 1: it asked for no more messages
    at            BIGINT NOT NULL
);
CREATE INDEX replies_by_recipient ON replies (recipient_id);

-- Opt-outs, by keyed hash of the number, so that they outlive the contact. Each way to opt
-- out is a row of its own: taking one back leaves the others.
CREATE TABLE suppressions (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    portal_id     BIGINT NOT NULL,
    number_hash   BLOB NOT NULL,  -- empty: there is no number
    contact_id    TEXT NOT NULL,   -- empty: there is no contact
    scope         TEXT NOT NULL,   -- sms, voice, all
    source        TEXT NOT NULL,   -- page, reply, provider, person
    reason        TEXT NOT NULL,
    made_by       TEXT NOT NULL,
    phone         BLOB,           -- sealed, to be looked at; goes when the person is erased
    created_at    BIGINT NOT NULL,
    UNIQUE (portal_id, number_hash, contact_id, source)
);
CREATE INDEX suppressions_by_contact ON suppressions (portal_id, contact_id);
CREATE INDEX suppressions_newest ON suppressions (portal_id, id);

-- What people did that may be asked about later.
CREATE TABLE audit (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    portal_id  BIGINT NOT NULL,
    made_by    TEXT NOT NULL,
    what       TEXT NOT NULL,
    about      TEXT NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX audit_newest ON audit (portal_id, id);

-- What HubSpot is to be told of messages. A row stays, so that nothing is told twice.
CREATE TABLE timeline (
    recipient_id  BIGINT PRIMARY KEY NOT NULL REFERENCES recipients (id),
    portal_id     BIGINT NOT NULL,
    news          BIGINT NOT NULL DEFAULT 1,   -- how often something has happened
    told          BIGINT NOT NULL DEFAULT 0,   -- a bit for each kind of event
    answers       BIGINT NOT NULL DEFAULT 0,   -- answers of the phone that were told
    asked         BIGINT NOT NULL DEFAULT 0,   -- kinds that HubSpot is being told of
    asked_answers BIGINT NOT NULL DEFAULT 0,
    tries         BIGINT NOT NULL DEFAULT 0,   -- how often in a row that came to nothing
    due           BIGINT                       -- when, by the database's clock; NULL: there is nothing to tell
);
CREATE INDEX timeline_due ON timeline (portal_id, due) WHERE due IS NOT NULL;
