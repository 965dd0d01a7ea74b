-- What should a person read next?
SELECT priority, organisation, name, question, decided_by, url FROM review_queue ORDER BY priority LIMIT 50
