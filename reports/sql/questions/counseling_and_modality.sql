-- Which groups are labelled counseling, or therapy only in the name of a method, and read like something else?
SELECT organisation, name, claim, kind, url FROM groups
WHERE counted AND claim IN ('counseling', 'modality') AND reads_as_other ORDER BY claim, organisation, name
