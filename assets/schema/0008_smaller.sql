-- The index of words keeps, for each word, the differences between the numbers of the articles that have it. It is made
-- anew with numbers that lie closer together (see store::index_row). No text is in it, so it can't be copied: every
-- article waits for it once more, and is read and listed meanwhile as ever.
DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5 (
    tokens,
    content = '',
    contentless_delete = 1,
    detail = none,
    prefix = '1 2 3',
    tokenize = "ascii tokenchars '.,-_@&+='"
);
UPDATE meta SET value = 0 WHERE name = 'words_version';

-- Keys by which an article is known are only ever compared: eight bytes of their hash do, where a guid or an address
-- took up to a hundred (`key_number` is store::identity's).
CREATE TABLE alias_by_number (
    feed    INTEGER NOT NULL REFERENCES feed (id),
    key     INTEGER NOT NULL,
    article INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    PRIMARY KEY (feed, key)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO alias_by_number (feed, key, article, seen)
    SELECT feed, key_number(key), article, seen FROM alias ORDER BY feed, key_number(key);
DROP TABLE alias;
ALTER TABLE alias_by_number RENAME TO alias;

-- Every index of a table ends with the row's number, which is `article`: named as well, it stood there twice.
DROP INDEX state_by_feed;
DROP INDEX state_unread_by_feed;
CREATE INDEX state_by_feed        ON state (feed, sort) WHERE deleted = 0;
CREATE INDEX state_unread_by_feed ON state (feed, sort) WHERE deleted = 0 AND unread = 1;

-- Texts are pressed quickly when they arrive, and once more, smaller, while nobody waits.
ALTER TABLE body ADD COLUMN at_leisure INTEGER NOT NULL DEFAULT 0;
-- Articles whose bodies may still be as they arrived.
CREATE TABLE loose (
    article INTEGER PRIMARY KEY
) STRICT;
DELETE FROM meta WHERE name = 'recompressed_to';
