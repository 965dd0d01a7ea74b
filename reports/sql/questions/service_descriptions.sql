-- How do providers describe their group work in general?
SELECT organisation, claim, kind, finding, flagged, url FROM groups WHERE scope = 'service'
ORDER BY organisation, site_key, length("text") DESC
