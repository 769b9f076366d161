-- Searches that a person saved under a name: the text of the query as it was typed.
CREATE TABLE saved_search (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT NOT NULL,
    folded   TEXT NOT NULL UNIQUE,                           -- the name without case, by which it is found
    query    TEXT NOT NULL,
    kept     INTEGER NOT NULL DEFAULT 0,                     -- whether the counts below are kept with every change
    stale    INTEGER NOT NULL DEFAULT 0,                     -- whether they must be taken anew within this change
    articles INTEGER NOT NULL DEFAULT 0,
    unread   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Which articles a search finds may follow the name, the place and the presence of a feed.
CREATE TRIGGER feed_searches AFTER UPDATE OF url, title_own, title_given, folder, removed_at ON feed
WHEN old.url IS NOT new.url OR old.title_own <> new.title_own OR old.title_given <> new.title_given
    OR old.folder <> new.folder OR old.removed_at IS NOT new.removed_at
BEGIN
    UPDATE saved_search SET stale = 1 WHERE kept = 1;
END;
