-- Articles that a person deleted. Their texts are let go once that can be undone no more; the row stays, so that a feed
-- that still lists the article does not bring it back.
CREATE TABLE deleted (
    article INTEGER PRIMARY KEY,
    since   INTEGER,                                         -- when it was first noticed; NULL until then
    settled INTEGER NOT NULL DEFAULT 0                       -- whether its texts are gone, or are to stay
) STRICT;

CREATE INDEX deleted_undated ON deleted (article) WHERE since IS NULL;
CREATE INDEX deleted_waiting ON deleted (since, article) WHERE settled = 0;

INSERT INTO deleted (article) SELECT article FROM state WHERE deleted = 1;

CREATE TRIGGER state_deleted AFTER UPDATE OF deleted ON state WHEN new.deleted <> old.deleted
BEGIN
    DELETE FROM deleted WHERE article = new.article;
    INSERT INTO deleted (article) SELECT new.article WHERE new.deleted = 1;
END;
