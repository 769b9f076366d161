-- What a person asks of a feed, why it is asked when it is, and what publishers have said about it.
ALTER TABLE feed ADD COLUMN settings    TEXT    NOT NULL DEFAULT '{}';   -- JSON, see news::FeedSettings
ALTER TABLE feed ADD COLUMN paused      INTEGER NOT NULL DEFAULT 0;      -- 0 fetched, 1 paused by a person, 2 gone (410)
ALTER TABLE feed ADD COLUMN because     INTEGER NOT NULL DEFAULT 0;      -- why next_due is when it is
ALTER TABLE feed ADD COLUMN cadence     TEXT    NOT NULL DEFAULT '[]';   -- what its document says: ttl, every, hours, days
ALTER TABLE feed ADD COLUMN last_full   INTEGER;                         -- when a whole document came last
ALTER TABLE feed ADD COLUMN moved_to    TEXT;                            -- where it says it has moved for good
ALTER TABLE feed ADD COLUMN moved_times INTEGER NOT NULL DEFAULT 0;      -- how often in a row it has said so
ALTER TABLE feed ADD COLUMN moved_since INTEGER;                         -- when it said so first

-- Hosts that asked to be left alone (429): nothing is asked of them before that moment, whatever the feed.
CREATE TABLE host (
    name       TEXT PRIMARY KEY,
    not_before INTEGER NOT NULL,
    refusals   INTEGER NOT NULL                                          -- in a row
) STRICT, WITHOUT ROWID;
