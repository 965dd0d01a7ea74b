-- Where in the archive is the page behind each flag, and what is its digest?
SELECT organisation, name, url, fetched_at, archive_file, archive_offset, sha256 FROM flags ORDER BY organisation, name
