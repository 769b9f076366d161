-- What is archived, to be left out of the lists of feeds, folders and days.
CREATE INDEX state_archived ON state (article) WHERE archived = 1;
