-- Which groups are described as something else, and in which words?
SELECT organisation, name, flagged, kind, claim_quote, quote, counter_quote, url
FROM flags WHERE counted ORDER BY flagged DESC, organisation, name
