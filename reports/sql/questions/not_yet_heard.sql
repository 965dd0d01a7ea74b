-- Which flags may not be named in public yet, and why?
SELECT organisation, name, withheld, letter_sent, state, url FROM flags WHERE withheld <> ''
ORDER BY withheld, organisation, name
