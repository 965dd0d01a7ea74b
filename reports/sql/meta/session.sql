-- The session that builds a publication: times in UTC, memory that leaves room on a small machine.
SET TimeZone = 'UTC';
SET memory_limit = '1400MB';
SET threads = 2;
SET enable_progress_bar = false;
