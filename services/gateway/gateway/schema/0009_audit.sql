-- Who did what: also which person, and from where; and how long it is kept. Lines of the last 30 days cannot be taken away.

ALTER TABLE audit_log
    ADD COLUMN person  text NOT NULL DEFAULT '',
    ADD COLUMN address text NOT NULL DEFAULT '';

CREATE INDEX audit_log_by_request ON audit_log (tenant, request_id);
CREATE INDEX audit_log_of_trouble ON audit_log (tenant, outcome, id) WHERE outcome <> 'done';

DROP TRIGGER never_changed ON audit_log;
CREATE TRIGGER never_changed BEFORE UPDATE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER not_forgotten_early BEFORE DELETE ON audit_log
    FOR EACH ROW WHEN (OLD.at > now() - interval '30 days') EXECUTE FUNCTION refuse_change();

REVOKE UPDATE, TRUNCATE ON audit_log FROM CURRENT_USER;
