-- Which sites were not read completely, why, and what should be done?
SELECT organisation, site_key, outcome, reason, next_action, pages FROM sites
WHERE outcome NOT IN ('complete', 'imported') ORDER BY outcome, organisation, site_key
