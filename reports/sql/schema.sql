-- The raw tables of a publication: what the stages wrote, every run and every version, in rows.
-- A comment at the end of a column's line becomes the column's comment in the database; the lines right above a
-- CREATE TABLE become the table's. Times are UTC. Offsets count Unicode code points, as substr and length do here.

CREATE SCHEMA raw;

-- One row per publication (a file holds exactly one): what it was made by and which run it speaks of.
CREATE TABLE raw.publication (
    run_id VARCHAR,                 -- the run that the default schema speaks of: the newest finished run over a whole list
    sql_version VARCHAR,            -- digest of the SQL that built this file; another one is rebuilt from the segments
    schema_version INTEGER          -- version of the record classes that the segments were written with
);

-- One row per site of the published run: the run whose reading of it is shown. That is the published run, or a later
-- recheck in which the page of a flag was read again and the site's other pages were taken as they were.
CREATE TABLE raw.current (
    site_key VARCHAR,               -- site
    run_id VARCHAR                  -- run whose groups and findings of the site are shown
);

-- One row per run: its state, its versions, and the extractor and audit version whose findings count for it.
CREATE TABLE raw.runs (
    run_id VARCHAR,                 -- name of the run; run ids sort in time order
    state VARCHAR,                  -- running, finished or interrupted, as run.json says
    scope VARCHAR,                  -- list (a whole provider list), site or recheck (one flag's page, read again)
    started_at TIMESTAMP,           -- when the run began, UTC
    ended_at TIMESTAMP,             -- when it ended, UTC; empty while it runs
    listed_sites BIGINT,            -- sites on the provider list; empty where run.json does not say
    extractor VARCHAR,              -- extractor version whose offerings and groups count for this run (the newest one that was audited)
    audit_version VARCHAR,          -- audit version whose findings count for this run (the newest of that extractor)
    rulebooks VARCHAR,              -- rulebook version of the run, as run.json says; empty where it does not
    versions VARCHAR,               -- every version of the run, as JSON
    config VARCHAR,                 -- the run's configuration, as JSON
    fingerprint VARCHAR             -- state of the run's segment folders when they were read: tells whether to read them again
);

-- One row per site visited in a run: its single outcome, what it cost, and who it is.
CREATE TABLE raw.site_visits (
    run_id VARCHAR,                 -- run of the visit
    site_key VARCHAR,               -- host[:port] and path prefix: the site's key everywhere
    url VARCHAR,                    -- address on the provider list
    politeness_key VARCHAR,         -- registrable domain: never asked twice at a time
    name VARCHAR,                   -- name on the provider list
    organisation VARCHAR,           -- organisation on the provider list
    provider_type VARCHAR,          -- type of provider on the list (practice, hospital, university, ...)
    region VARCHAR,                 -- region on the list
    city VARCHAR,                   -- city on the list
    stratum VARCHAR,                -- sampling stratum, where the list was drawn at random
    weight DOUBLE,                  -- sampling weight, where the list was drawn at random
    started_at TIMESTAMP,           -- when the visit began, UTC
    ended_at TIMESTAMP,             -- when it ended, UTC
    outcome VARCHAR,                -- complete, partial, blocked or failed
    reason VARCHAR,                 -- why it was not complete
    next_action VARCHAR,            -- what to do about it
    requests BIGINT,                -- requests sent
    pages BIGINT,                   -- pages kept
    bytes BIGINT,                   -- bytes received
    robots VARCHAR,                 -- what robots.txt decided
    crawl_delay DOUBLE,             -- seconds asked for by robots.txt
    identity VARCHAR,               -- confirmed, unconfirmed, placeholder or parked: is it the listed business? imported where listings were handed in
    identity_because VARCHAR,       -- what that rests on
    left_unasked BIGINT,            -- addresses found and left, by budget
    resumed BIGINT                  -- how often the visit was taken up again
);

-- One row per address of a site in a run, asked for or deliberately left, and what came of it.
CREATE TABLE raw.visits (
    run_id VARCHAR,                 -- run of the visit
    site_key VARCHAR,               -- site of the address
    url VARCHAR,                    -- the address
    found_on VARCHAR,               -- page that linked to it
    depth BIGINT,                   -- links away from the start page
    asked_at TIMESTAMP,             -- when it was asked for, UTC; empty where it was not
    outcome VARCHAR,                -- ok, not_modified, robots, http_4xx, timeout, budget, ...
    status BIGINT,                  -- HTTP status, where there was one
    detail VARCHAR,                 -- more about the outcome
    bytes BIGINT,                   -- bytes received
    milliseconds BIGINT             -- how long it took
);

-- One row per page as it was seen: where its bytes stand in the archive and what they hash to.
CREATE TABLE raw.captures (
    run_id VARCHAR,                 -- run of the capture
    capture_id VARCHAR,             -- key of the capture
    site_key VARCHAR,               -- site of the page
    url VARCHAR,                    -- address asked for
    final_url VARCHAR,              -- address that answered
    fetched_at TIMESTAMP,           -- when, UTC
    status BIGINT,                  -- HTTP status
    media_type VARCHAR,             -- media type of the answer
    charset VARCHAR,                -- character encoding
    sha256 VARCHAR,                 -- SHA-256 of the payload
    archive_file VARCHAR,           -- file in the archive, below the data folder
    archive_offset BIGINT,          -- byte offset of the record in that file
    title VARCHAR,                  -- title of the page
    language VARCHAR,               -- language of the page
    canonical_url VARCHAR,          -- address that the page calls its own
    etag VARCHAR,                   -- validator of the answer
    last_modified VARCHAR           -- validator of the answer
);

-- One row per distinct text: a description, a passage, or a field that is quoted; stored once however often it is seen.
CREATE TABLE raw.texts (
    text_id UUID,                   -- first 128 bits of the text's SHA-256
    text VARCHAR,                   -- the text; the blocks of a description stand one a line
    run_id VARCHAR                  -- oldest run that holds the text
);

-- One row per appearance of a group on a page, in a run and an extractor version.
CREATE TABLE raw.offerings (
    run_id VARCHAR,                 -- run of the page
    extractor VARCHAR,              -- version of the extractor
    offering_id VARCHAR,            -- key of the appearance
    site_key VARCHAR,               -- site of the page
    capture_id VARCHAR,             -- page as it was seen
    url VARCHAR,                    -- address of the page
    title VARCHAR,                  -- title of the page
    name VARCHAR,                   -- name of the group
    headings VARCHAR[],             -- headings it stands under, outermost first
    text_id UUID,                   -- its description, in raw.texts
    roles VARCHAR[],                -- what each line of the description is on the page: paragraph, list_item, ...
    scope VARCHAR,                  -- group, or service: the provider's group work in general
    facts STRUCT(kind VARCHAR, "value" VARCHAR, field VARCHAR, "start" BIGINT, "end" BIGINT, personal BOOLEAN)[], -- schedule, fee, leader, ...; the value of a personal fact is left out
    path VARCHAR,                   -- where in the page
    group_key VARCHAR,              -- group that it is an appearance of
    description_id VARCHAR,         -- digest of the description without place, provider and people
    provider VARCHAR,               -- provider named on a directory's page; empty where it is the site's own
    category VARCHAR                -- a directory's own filing
);

-- One row per section of a site outside every offering: what else the site says, read before a flag.
CREATE TABLE raw.passages (
    run_id VARCHAR,                 -- run of the page
    extractor VARCHAR,              -- version of the extractor
    site_key VARCHAR,               -- site of the page
    capture_id VARCHAR,             -- page as it was seen
    url VARCHAR,                    -- address of the page
    headings VARCHAR[],             -- headings it stands under, outermost first
    text_id UUID,                   -- its text, in raw.texts
    about_groups BOOLEAN,           -- whether the section speaks of groups
    about VARCHAR                   -- group that the section is tied to, else empty
);

-- One row per group of a site, in a run and an extractor version.
CREATE TABLE raw.groups (
    run_id VARCHAR,                 -- run
    extractor VARCHAR,              -- version of the extractor
    site_key VARCHAR,               -- site
    group_key VARCHAR,              -- the group's key, carried over from run to run
    name VARCHAR,                   -- its name
    scope VARCHAR,                  -- group, or service: the provider's group work in general
    offering_ids VARCHAR[],         -- its appearances
    fullest VARCHAR,                -- the appearance with the fullest description: the one that is judged
    description_id VARCHAR,         -- digest of the description without place, provider and people
    matched_by VARCHAR              -- how it was recognised from the run before: new, or the signals, joined by +
);

-- One row per group judged, in a run and an audit version.
CREATE TABLE raw.findings (
    run_id VARCHAR,                 -- run
    audit_version VARCHAR,          -- digest of criteria, rulebooks, weights and code
    extractor VARCHAR,              -- version of the extractor whose offerings were judged
    site_key VARCHAR,               -- site
    group_key VARCHAR,              -- group
    offering_id VARCHAR,            -- appearance that was judged
    claim VARCHAR,                  -- own, section, modality, counseling, listed or none: who calls it therapy
    claim_from VARCHAR,             -- appearance that the claim stands in
    own_label VARCHAR,              -- kind that its own name states
    kind VARCHAR,                   -- what the text says happens there
    secondary VARCHAR[],            -- other kinds found
    mixed BOOLEAN,                  -- therapy beside another kind, without having most of the room
    grounds BIGINT,                 -- separate statements outside the name that say so: 0, 1, 2 = two or more
    exempt BOOLEAN,                 -- members whom the criteria were not written for
    leader VARCHAR,                 -- clinician, trainee, peer, coach, instructor or unstated
    confidence DOUBLE,              -- 0 to 1: how sure the program is of the verdict
    verdict VARCHAR,                -- verdict by the rulebook that the audit ran with
    verdicts MAP(VARCHAR, VARCHAR), -- verdict by each rulebook
    decided_by VARCHAR[],           -- rules that decided
    searched VARCHAR[],             -- pages read before a flag
    site_searched BOOLEAN,          -- whether anything but the listing itself was read
    counter BIGINT,                 -- number in raw.evidence of the strongest counter-quotation; -1: none
    would_change VARCHAR            -- what would change the verdict
);

-- One row per criteria hit: words that a criterion matched, for a finding or set aside with a reason.
CREATE TABLE raw.evidence (
    run_id VARCHAR,                 -- run
    audit_version VARCHAR,          -- audit version of the finding
    site_key VARCHAR,               -- site
    group_key VARCHAR,              -- group
    number BIGINT,                  -- number in the finding, from 0
    criterion VARCHAR,              -- criterion that matched
    kind VARCHAR,                   -- kind (or claim) that the criterion speaks for
    field VARCHAR,                  -- where the words stand: title, name, text, headings.N or site (elsewhere on the site)
    "start" BIGINT,                 -- first character, from 0
    "end" BIGINT,                   -- character after the last
    quote VARCHAR,                  -- the words
    stance VARCHAR,                 -- for, or set_aside
    reason VARCHAR,                 -- why they were set aside
    modifier_start BIGINT,          -- first character of the words that set them aside; -1: none
    modifier_end BIGINT,            -- character after their last; -1: none
    modifier_quote VARCHAR,         -- those words
    statement BIGINT,               -- number of the statement that the words stand in
    capture_id VARCHAR,             -- page that the words stand on
    url VARCHAR,                    -- its address
    offering_id VARCHAR,            -- appearance that holds the field; empty where the words stand elsewhere on the site
    text_id UUID                    -- text of the field, in raw.texts; empty where no text holds the quotation
);

-- One row per entry of states.jsonl: a letter sent, a reply, or a state set by hand. Append-only.
CREATE TABLE raw.states (
    number BIGINT,                  -- line of states.jsonl
    recorded_at TIMESTAMP,                -- when it was recorded, UTC
    event VARCHAR,                  -- letter, letter_copy (sent again; the first counts), reply, state or published (named in a public report)
    site_key VARCHAR,               -- site
    group_key VARCHAR,              -- group; empty where the entry is about the whole site
    state VARCHAR,                  -- answered, fixed, withdrawn, disputed or suppressed; empty otherwise
    until DATE,                     -- day on which the state ends; empty: until it is changed
    reason VARCHAR,                 -- why
    "text" VARCHAR,                 -- the provider's words, for a reply
    dated DATE                      -- day of the letter or reply
);
