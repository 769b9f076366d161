-- Searches that a person saved under a name: the text of the query as it was typed.
CREATE TABLE saved_search (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT NOT NULL,
    folded   TEXT NOT NULL UNIQUE,                           -- the name without case, by which it is found
    query    TEXT NOT NULL,
    kept     INTEGER NOT NULL DEFAULT 0,                     -- whether the counts below are kept with every change
    articles INTEGER NOT NULL DEFAULT 0,
    unread   INTEGER NOT NULL DEFAULT 0
) STRICT;
