"""Where it is written by hand which right each route of the API takes, so that a walk can compare."""

from contracts.api.access import Right

ROUTES: dict[Right | None, str] = {
    Right.READ: """
        GET /alerts
        GET /alerts/events
        GET /datasets
        GET /datasets/{dataset_id}
        GET /datasets/{dataset_id}/rows
        GET /dead-letters
        GET /events
        GET /examples
        GET /examples/exports
        GET /examples/exports/{export_id}
        GET /examples/stats
        GET /examples/{example_id}
        GET /examples/{example_id}/history
        GET /examples/{name}/versions
        GET /experiments
        GET /experiments/{experiment_id}
        POST /experiments/{experiment_id}/replay
        GET /feedback
        GET /feedback/stats
        GET /health
        GET /inferences
        GET /inferences/{inference_id}
        GET /insights
        GET /kinds
        GET /metrics
        POST /metrics/export
        GET /prices
        GET /prices/{model}
        GET /redaction
        GET /rollouts
        GET /rollouts/{rollout_id}
        GET /rollouts/{rollout_id}/events
        POST /rollouts/{rollout_id}/replay
        GET /settings
        GET /tasks
        GET /tasks/{task}
        GET /tasks/{task}/examples/assessment
        GET /tasks/{task}/feedback-policy
        GET /tasks/{task}/health
        GET /tasks/{task}/history
        GET /tasks/{task}/monitors
        GET /tasks/{task}/prompts
        GET /tasks/{task}/prompts/diff
        GET /tasks/{task}/prompts/drafts
        GET /tasks/{task}/prompts/drafts/{draft_id}
        GET /tasks/{task}/prompts/{number}
        GET /tasks/{task}/retrain-decisions
        GET /tasks/{task}/retrain-policy
        GET /tasks/{task}/serving
        GET /tasks/{task}/versions
        GET /training/jobs
        GET /training/jobs/{job_id}
        GET /training/jobs/{job_id}/events
        GET /versions/{a}/compare/{b}
        GET /versions/{version_id}
        GET /versions/{version_id}/artifact
        GET /versions/{version_id}/card
        GET /versions/{version_id}/forecast
        GET /versions/{version_id}/lineage
        GET /versions/{version_id}/lineage/examples
    """,
    Right.RESOLVE: """
        GET /tasks/{task}/prompts/active
        GET /tasks/{task}/resolve
        GET /tasks/{task}/route
    """,
    Right.LOG: """
        POST /feedback
        POST /inferences
    """,
    Right.PREDICT: """
        POST /tasks/{task}/predict
    """,
    Right.SUBMIT: """
        POST /examples
        POST /examples/from-inference/{inference_id}
        DELETE PATCH /examples/{example_id}
    """,
    Right.REVIEW: """
        POST /examples/assign
        POST /examples/claim
        POST /examples/export
        GET /examples/queue
        POST /examples/release
        POST /examples/review
        POST /examples/{example_id}/assign
        POST /examples/{example_id}/review
        POST /tasks/{task}/examples/assess
    """,
    Right.RELEASE: """
        POST /alerts/{alert_id}/acknowledge
        POST /experiments
        POST /experiments/{experiment_id}/stop
        POST /rollouts
        POST /rollouts/{rollout_id}/{action}
        PUT /tasks/{task}/monitors
        POST /tasks/{task}/prompts
        DELETE PATCH /tasks/{task}/prompts/drafts/{draft_id}
        POST /tasks/{task}/prompts/drafts/{draft_id}/publish
        POST /tasks/{task}/prompts/{number}/activate
        POST /tasks/{task}/rollback
        POST /versions/{version_id}/approve
        POST /versions/{version_id}/archive
        POST /versions/{version_id}/canary
        POST /versions/{version_id}/deprecate
        POST /versions/{version_id}/promote
    """,
    Right.CONFIGURE: """
        DELETE PUT /prices/{model}
        PUT /redaction
        POST /redaction/preview
        PATCH /settings
        GET /settings/history
        POST /tasks
        DELETE PATCH /tasks/{task}
        PUT /tasks/{task}/feedback-policy
        PUT /tasks/{task}/retrain-policy
    """,
    Right.TRAIN: """
        POST /datasets
        DELETE /datasets/{dataset_id}
        POST /tasks/{task}/retrain-check
        POST /tasks/{task}/retrain-policy/replay
        POST /tasks/{task}/versions
        POST /training/jobs
        POST /training/jobs/{job_id}/cancel
        POST /training/jobs/{job_id}/retry
        GET POST /training/schedules
        DELETE GET PATCH /training/schedules/{schedule_id}
        GET /training/schedules/{schedule_id}/runs
    """,
    Right.ADMINISTER: """
        GET POST /api-keys
        DELETE GET PATCH /api-keys/{key_id}
        POST /api-keys/{key_id}/rotate
        GET /audit
        POST /audit/export
        POST /dead-letters/{service}/{dead_letter_id}/replay
        GET POST /erasures
        GET /erasures/{erasure_id}
        GET POST /nats-credentials
        DELETE GET /nats-credentials/{credential_id}
        GET /tenants/{tenant}
        GET /tenants/{tenant}/usage
        GET POST /users
        DELETE GET PATCH /users/{user_id}
        POST /users/{user_id}/invitation
        GET /users/{user_id}/keys
        DELETE GET /users/{user_id}/sessions
        GET POST /webhooks
        POST /webhooks/deliveries/{delivery_id}/resend
        DELETE GET PATCH /webhooks/{webhook_id}
        GET /webhooks/{webhook_id}/deliveries
        GET /webhooks/{webhook_id}/deliveries/{delivery_id}
        POST /webhooks/{webhook_id}/deliveries/{delivery_id}/resend
        POST /webhooks/{webhook_id}/rotate
        POST /webhooks/{webhook_id}/test
    """,
    Right.GOVERN: """
        GET POST /plans
        DELETE GET PATCH /plans/{plan}
        GET POST /tenants
        DELETE PATCH /tenants/{tenant}
    """,
    None: """
        GET /me
        POST /me/password
        DELETE GET /sessions
        DELETE /sessions/current
        DELETE /sessions/{session_id}
    """,
}
"""The methods and paths under /v1 that take a right; None: any valid key or session."""

OPEN = """
    POST /invitations/accept
    GET /login/oidc
    GET /login/oidc/callback
    POST /sessions
"""
"""Those that take no key at all: with them one gets in."""


def written() -> dict[tuple[str, str], Right | None]:
    """Give the right of each method and path."""
    return {each: right for right, lines in ROUTES.items() for each in operations(lines)}


def operations(lines: str) -> list[tuple[str, str]]:
    """Read lines of methods and a path."""
    found: list[tuple[str, str]] = []
    for line in lines.split("\n"):
        *methods, path = line.split() or [""]
        found += [(method, f"/v1{path}") for method in methods]
    return found
