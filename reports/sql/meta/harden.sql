-- What a query may touch: this file, read-only, and nothing else. Locked before the query is seen.
SET temp_directory = '';
SET enable_external_access = false;
SET autoinstall_known_extensions = false;
SET autoload_known_extensions = false;
SET allow_community_extensions = false;
SET memory_limit = '1GB';
SET threads = 2;
SET enable_progress_bar = false;
SET lock_configuration = true;
