-- By which people are told apart who approve: nobody is the second person under another name, or with another key.

ALTER TABLE approvals ADD COLUMN person text NOT NULL DEFAULT '';

CREATE UNIQUE INDEX approvals_by_person ON approvals (tenant, version_id, person) WHERE person <> '';
