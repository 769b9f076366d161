-- The library, as it was first released. Never edited once released: a later change is a file of its own.
-- Moments are seconds since 1970 (UTC). What a person did stands in `state`, `tagging`, `feed_tag` and `journal`;
-- arrivals add rows there for new articles and never change one.

-- Numbers of the library as a whole.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta (name, value) VALUES ('words_version', 0), ('stamp', 0), ('journal_bytes', 0);

CREATE TABLE feed (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    kind          INTEGER NOT NULL CHECK (kind IN (0, 1)),   -- 0 fetched, 1 the built-in feed of saved pages
    url           TEXT UNIQUE,
    title_own     TEXT NOT NULL DEFAULT '',                  -- what a person named it
    title_given   TEXT NOT NULL DEFAULT '',                  -- what it calls itself
    description   TEXT NOT NULL DEFAULT '',
    site          TEXT,
    language      TEXT,
    folder        TEXT NOT NULL DEFAULT '',
    etag          BLOB,                                      -- as the server sent it, byte for byte
    last_modified BLOB,                                      -- as above; both are replaced as a pair
    body_hash     BLOB,
    last_success  INTEGER,
    last_attempt  INTEGER,
    next_due      INTEGER,
    retry_after   INTEGER NOT NULL DEFAULT 0,                -- whether the server itself set next_due
    failures      INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    problem       TEXT,
    complaints    TEXT NOT NULL DEFAULT '[]',
    removed_at    INTEGER,
    articles      INTEGER NOT NULL DEFAULT 0,                -- articles that are not deleted
    unread        INTEGER NOT NULL DEFAULT 0                 -- of these, the unread
) STRICT;

CREATE INDEX feed_removed ON feed (id) WHERE removed_at IS NOT NULL;

INSERT INTO feed (id, kind, title_own) VALUES (1, 1, 'Saved');

-- The light row that lists show. Rows are never deleted, so that no id is ever given twice.
CREATE TABLE article (
    id        INTEGER PRIMARY KEY,                           -- UTC day of `sort` << 20 | sequence
    feed      INTEGER NOT NULL REFERENCES feed (id),
    title     TEXT NOT NULL,
    url       TEXT,
    author    TEXT NOT NULL,
    published INTEGER,
    updated   INTEGER,
    arrived   INTEGER NOT NULL,
    sort      INTEGER NOT NULL,
    has_page  INTEGER NOT NULL DEFAULT 0,
    changed   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What a person did with an article. `feed` and `sort` never change, so that lists are answered from here alone.
-- It outlives the article's content; that is why it does not refer to it.
CREATE TABLE state (
    article  INTEGER PRIMARY KEY,
    feed     INTEGER NOT NULL REFERENCES feed (id),
    sort     INTEGER NOT NULL,
    unread   INTEGER NOT NULL DEFAULT 1,
    starred  INTEGER NOT NULL DEFAULT 0,
    archived INTEGER NOT NULL DEFAULT 0,
    deleted  INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX state_by_sort        ON state (sort, article, feed) WHERE deleted = 0;
CREATE INDEX state_by_feed        ON state (feed, sort, article) WHERE deleted = 0;
CREATE INDEX state_unread         ON state (sort, article, feed) WHERE deleted = 0 AND unread = 1;
CREATE INDEX state_unread_by_feed ON state (feed, sort, article) WHERE deleted = 0 AND unread = 1;
CREATE INDEX state_starred        ON state (sort, article, feed) WHERE deleted = 0 AND starred = 1;

CREATE TABLE tag (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT NOT NULL UNIQUE,
    articles INTEGER NOT NULL DEFAULT 0,
    unread   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE tagging (
    tag     INTEGER NOT NULL REFERENCES tag (id),
    sort    INTEGER NOT NULL,                                -- the article's, so that a tag's list needs no sorting
    article INTEGER NOT NULL,
    PRIMARY KEY (tag, sort, article)
) STRICT, WITHOUT ROWID;

CREATE INDEX tagging_by_article ON tagging (article, tag);

-- Tags that a feed's articles inherit when they arrive.
CREATE TABLE feed_tag (
    feed INTEGER NOT NULL REFERENCES feed (id),
    tag  INTEGER NOT NULL REFERENCES tag (id),
    PRIMARY KEY (feed, tag)
) STRICT, WITHOUT ROWID;

-- Every key under which an article was seen in its feed.
CREATE TABLE alias (
    feed    INTEGER NOT NULL REFERENCES feed (id),
    key     TEXT NOT NULL,
    article INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    PRIMARY KEY (feed, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX alias_by_article ON alias (article);

-- What the feed carried. Blobs are zstd frames; `dictionary` is the number of the dictionary they need, 0 for none.
CREATE TABLE body (
    article    INTEGER PRIMARY KEY REFERENCES article (id),
    dictionary INTEGER NOT NULL DEFAULT 0,
    html       BLOB NOT NULL,
    summary    BLOB,
    base       TEXT,
    language   TEXT,
    topics     TEXT NOT NULL DEFAULT '[]',
    enclosures TEXT NOT NULL DEFAULT '[]',
    comments   TEXT
) STRICT;

-- The full text of the linked page.
CREATE TABLE page (
    article    INTEGER PRIMARY KEY REFERENCES article (id),
    dictionary INTEGER NOT NULL DEFAULT 0,
    html       BLOB NOT NULL,
    url        TEXT NOT NULL,
    fetched    INTEGER NOT NULL,
    byline     TEXT NOT NULL DEFAULT '',
    site       TEXT NOT NULL DEFAULT '',
    language   TEXT,
    published  INTEGER,
    section    TEXT NOT NULL DEFAULT '',
    caption    TEXT NOT NULL DEFAULT '',
    credit     TEXT NOT NULL DEFAULT '',
    words      INTEGER NOT NULL DEFAULT 0,
    images     TEXT NOT NULL DEFAULT '[]'
) STRICT;

-- What enriching found, as JSON.
CREATE TABLE metadata (
    article INTEGER PRIMARY KEY REFERENCES article (id),
    json    TEXT NOT NULL
) STRICT;

-- Earlier texts of an article, all in one zstd frame whose dictionary is the present text in `body`.
CREATE TABLE revision (
    article INTEGER PRIMARY KEY REFERENCES article (id),
    texts   BLOB NOT NULL
) STRICT;

-- Articles whose text waits to be indexed and enriched.
CREATE TABLE queue (
    article INTEGER PRIMARY KEY,
    stamp   INTEGER NOT NULL
) STRICT;

-- Languages of the articles in the index: a query is stemmed by each of them.
CREATE TABLE language (
    code TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Tokens as `words` makes them, parted by spaces. They arrive folded; the tokenizer only parts them.
CREATE VIRTUAL TABLE search USING fts5 (
    tokens,
    content = '',
    contentless_delete = 1,
    detail = none,
    prefix = '1 2 3',
    tokenize = "ascii tokenchars '.,-_@&+='"
);

-- The newest changes, for other programs that have this library open.
CREATE TABLE changes (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    program INTEGER NOT NULL,
    touched TEXT NOT NULL
) STRICT;

-- What a person did, with what undoes and redoes it.
CREATE TABLE journal (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    origin   TEXT NOT NULL,
    sentence TEXT NOT NULL,
    undone   INTEGER NOT NULL DEFAULT 0,
    steps    BLOB NOT NULL
) STRICT;

CREATE INDEX journal_undone ON journal (number) WHERE undone = 1;
