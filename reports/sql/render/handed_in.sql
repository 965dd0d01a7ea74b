-- Is this a run of listings that were handed in, without a visit?
SELECT coalesce(bool_and(outcome = 'imported'), false) AS handed_in FROM main.sites
