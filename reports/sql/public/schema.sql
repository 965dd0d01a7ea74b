-- The public database: what is handed on, and nothing else. Only these columns, only the rows that may be named.

-- One row per sentence of the headline, in reading order.
CREATE TABLE main.headline (
    "position" INTEGER,             -- order of the sentence
    part VARCHAR,                   -- uncounted (why nothing is counted), completeness, groups, services, beside or heard
    "key" VARCHAR,                  -- short name of the number
    "value" BIGINT,                 -- the number that the sentence is about
    out_of BIGINT,                  -- what it is a part of; empty where it is not a part
    sentence VARCHAR                -- the sentence
);

-- One row per flag whose provider was heard: a group labelled group therapy and described as something else.
CREATE TABLE main.flags (
    flag VARCHAR,                   -- key of the flag
    organisation VARCHAR,           -- provider
    provider_type VARCHAR,          -- type of provider on the list
    region VARCHAR,                 -- region on the list; empty for groups whose place is not shown
    name VARCHAR,                   -- the group's name, people's names left out
    flagged VARCHAR,                -- both (by both definitions) or article (by the article's only)
    claim VARCHAR,                  -- own or section: who calls it therapy
    claim_quote VARCHAR,            -- the words that call it so
    kind VARCHAR,                   -- what its text reads like
    secondary VARCHAR[],            -- other kinds found in it
    quote VARCHAR,                  -- the words that say so at most length
    counter_quote VARCHAR,          -- the strongest words against
    leader VARCHAR,                 -- clinician, trainee, peer, coach, instructor or unstated
    verdict_tip41 VARCHAR,          -- the verdict by SAMHSA's TIP 41
    would_change VARCHAR,           -- what would change the verdict
    url VARCHAR,                    -- the live page
    seen_on DATE,                   -- when it was seen
    page_sha256 VARCHAR,            -- digest of the archived page
    title VARCHAR,                  -- title of the page
    headings VARCHAR[],             -- headings it stands under
    "text" VARCHAR,                 -- its description, phone numbers, addresses and names replaced by dots
    roles VARCHAR[],                -- what each line of the description is on the page
    text_sha256 VARCHAR,            -- digest of the description as it stands here
    letter_sent DATE,               -- when the provider was written to
    replied DATE,                   -- when the provider replied
    reply VARCHAR,                  -- the provider's words
    state VARCHAR,                  -- answered, disputed or empty
    state_reason VARCHAR            -- why that state was set
);

-- One row per piece of evidence of a flag. substr("text", "start" + 1, "end" - "start") = quote in every row.
CREATE TABLE main.evidence (
    flag VARCHAR,                   -- key of the flag
    number BIGINT,                  -- number of the hit, from 0
    part VARCHAR,                   -- claim, label, facts or kind
    criterion VARCHAR,              -- criterion that matched
    kind VARCHAR,                   -- kind that the criterion speaks for
    stance VARCHAR,                 -- for, counter or set_aside
    reason VARCHAR,                 -- why the words were set aside
    quote VARCHAR,                  -- the words
    field VARCHAR,                  -- where they stand: title, name, text, headings.N or site
    "start" BIGINT,                 -- first character, from 0
    "end" BIGINT,                   -- character after the last
    "text" VARCHAR,                 -- the whole text of that field
    modifier_quote VARCHAR,         -- the words that set them aside
    url VARCHAR                     -- page that the words stand on
);

-- One row per slice of the list: all, then types of provider, then regions. A count, never a rate. Slices of fewer than five sites are left out.
CREATE TABLE main.coverage (
    slice VARCHAR,                  -- all, provider_type or region
    "value" VARCHAR,                -- which one; empty for all
    sites BIGINT,                   -- sites on the list
    complete BIGINT,                -- sites read completely
    partial BIGINT,                 -- sites read in part
    blocked BIGINT,                 -- sites that refused us, could not be reached or were not asked
    refused BIGINT,                 -- of these: refused us, by robots.txt, an answer or a request
    unreachable BIGINT,             -- of these: could not be asked
    private_address BIGINT,         -- of these: not asked, because the address is a private one
    failed BIGINT,                  -- sites that could not be read
    not_visited BIGINT,             -- sites without a visit
    confirmed BIGINT,               -- sites confirmed as the listed business
    pages BIGINT,                   -- pages read
    groups BIGINT,                  -- groups found
    labelled BIGINT,                -- groups labelled group therapy
    flagged_sites BIGINT,           -- sites with at least one group described as something else
    flagged_sites_most BIGINT,      -- what that would be if every site not read completely had one
    bounds VARCHAR                  -- the two numbers in a sentence
);

-- One row per flag that an earlier public report named and that was withdrawn or fixed since.
CREATE TABLE main.corrections (
    organisation VARCHAR,           -- provider
    name VARCHAR,                   -- the group's name
    state VARCHAR,                  -- withdrawn or fixed
    reason VARCHAR,                 -- why
    "day" DATE                      -- when
);

-- One row per file: who publishes it, whom to write to, and with which interests.
CREATE TABLE main.about (
    publisher VARCHAR,              -- who publishes
    contact VARCHAR,                -- whom to write to
    interests VARCHAR,              -- the publisher's interests
    run_id VARCHAR,                 -- run that it speaks of
    started_at TIMESTAMP,           -- when the run began, UTC
    written_on DATE                 -- day of this report
);
