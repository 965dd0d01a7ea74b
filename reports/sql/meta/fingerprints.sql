-- In which state were the runs when they were read?
SELECT run_id, fingerprint FROM raw.runs
