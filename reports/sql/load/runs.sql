-- One run.json, as its values were read.
INSERT INTO raw.runs
SELECT $run_id, $state, $scope, $started_at::TIMESTAMPTZ::TIMESTAMP, $ended_at::TIMESTAMPTZ::TIMESTAMP, $listed_sites,
       '', '', $rulebooks, $versions, $config, $fingerprint;
