-- A worker also asks whose job it is and whether it was begun: where training is switched off, only what was begun goes on.

CREATE OR REPLACE VIEW claimable_jobs WITH (security_invoker = true) AS
    SELECT id, lease_until, queued_at, tenant, status
    FROM jobs
    WHERE fitted_at IS NULL
      AND status IN ('queued', 'running', 'cancelling')
      AND not_before <= now()
      AND (lease_until IS NULL OR lease_until < now());
