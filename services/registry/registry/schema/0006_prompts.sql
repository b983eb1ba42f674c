-- Prompts: the texts that people wrote as versions of chat tasks, and drafts of further ones.

CREATE TABLE prompts (
    tenant     text NOT NULL CHECK (tenant <> ''),
    version_id text NOT NULL,
    text       text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 200000),
    note       text NOT NULL,
    created_by text NOT NULL,
    beginning  text NOT NULL GENERATED ALWAYS AS (left(text, 200)) STORED,
    characters integer NOT NULL GENERATED ALWAYS AS (char_length(text)) STORED,
    PRIMARY KEY (tenant, version_id),
    FOREIGN KEY (tenant, version_id) REFERENCES versions (tenant, id) ON DELETE CASCADE
);

CREATE FUNCTION refuse_to_edit_prompts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published prompt never changes' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER immutable
    BEFORE UPDATE ON prompts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_edit_prompts();

CREATE TABLE prompt_drafts (
    tenant     text NOT NULL CHECK (tenant <> ''),
    id         uuid NOT NULL,
    task       text NOT NULL,
    text       text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 200000),
    note       text NOT NULL,
    revision   integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by text NOT NULL,
    beginning  text NOT NULL GENERATED ALWAYS AS (left(text, 200)) STORED,
    characters integer NOT NULL GENERATED ALWAYS AS (char_length(text)) STORED,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, task) REFERENCES tasks (tenant, key) ON DELETE CASCADE
);

CREATE INDEX prompt_drafts_by_task ON prompt_drafts (tenant, task, id);

-- Every version of a chat task that is a text: written by people, or composed of examples by a training, whose card
-- holds it.
CREATE VIEW prompt_texts WITH (security_invoker) AS
    SELECT versions.tenant, versions.task, versions.id AS version_id, versions.number, versions.label, versions.status,
           versions.created_at, versions.source,
           coalesce(prompts.text, versions.card ->> 'prompt') AS text,
           coalesce(prompts.beginning, left(versions.card ->> 'prompt', 200)) AS beginning,
           coalesce(prompts.characters, char_length(versions.card ->> 'prompt')) AS characters,
           coalesce(prompts.note, '') AS note,
           coalesce(prompts.created_by, versions.lineage ->> 'requested_by', '') AS created_by
    FROM versions
    JOIN tasks ON tasks.tenant = versions.tenant AND tasks.key = versions.task AND tasks.kind = 'chat'
    LEFT JOIN prompts ON prompts.tenant = versions.tenant AND prompts.version_id = versions.id
    WHERE prompts.version_id IS NOT NULL OR versions.card ->> 'prompt' <> '';

ALTER TABLE prompts ENABLE ROW LEVEL SECURITY;
ALTER TABLE prompts FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON prompts
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE prompt_drafts ENABLE ROW LEVEL SECURITY;
ALTER TABLE prompt_drafts FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON prompt_drafts
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
