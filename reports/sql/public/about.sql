-- Who publishes this, and with which interests?
SELECT * FROM main.about
