-- Dictionaries that bodies and pages are compressed with, trained on the library's own texts. None is ever changed or
-- taken away: blobs name the one they need by its number, which is made of its bytes.
CREATE TABLE dictionary (
    number INTEGER PRIMARY KEY,
    bytes  BLOB NOT NULL
) STRICT;

-- Where recompressing older bodies has come to, and how many articles there were when statistics were last gathered.
INSERT INTO meta (name, value) VALUES ('recompressed_to', -9223372036854775808), ('optimised_at', 0);

-- It held every key a second time. Keys of one article are found among those of its feed.
DROP INDEX alias_by_article;
