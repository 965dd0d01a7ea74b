-- A flag whose page is not in the archive, or has no digest: it could not be shown to anybody who doubts it.
SELECT site_key, group_key, name, url, sha256, archive_file
FROM main.flags
WHERE coalesce(sha256, '') = '' OR fetched_at IS NULL
