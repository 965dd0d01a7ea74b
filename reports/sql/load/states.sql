-- One line of states.jsonl.
INSERT INTO raw.states
SELECT $number, $at::TIMESTAMPTZ::TIMESTAMP, $event, $site_key, $group_key, $state, $until::DATE, $reason, $text, $dated::DATE;
