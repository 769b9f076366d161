-- A tag's own count leaves out what only a tag below it is on. These count each article once that carries the tag or one
-- below it. Every level above a tag is a row of its own, whether or not any article carries it.
ALTER TABLE tag ADD COLUMN articles_within INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tag ADD COLUMN unread_within   INTEGER NOT NULL DEFAULT 0;

-- A name without its last level: what is left when all but the strokes is cut off its end, and then the last stroke.
INSERT OR IGNORE INTO tag (name)
    WITH RECURSIVE level (name) AS (
        SELECT name FROM tag
        UNION
        SELECT substr(name, 1, length(rtrim(name, replace(name, '/', ''))) - 1) FROM level WHERE instr(name, '/') > 0
    )
    SELECT name FROM level WHERE name <> '';

UPDATE tag SET (articles_within, unread_within) = (
    SELECT count(*), coalesce(sum(unread), 0) FROM (
        SELECT DISTINCT s.article, s.unread
        FROM tag below JOIN tagging t ON t.tag = below.id JOIN state s ON s.article = t.article
        WHERE s.deleted = 0
          AND (below.id = tag.id OR substr(below.name, 1, length(tag.name) + 1) = tag.name || '/')
    )
);
