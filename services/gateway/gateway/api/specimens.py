"""Where bodies stand that /openapi.json shows as examples, where their fields alone would not say how they are used."""

from collections.abc import Mapping
from typing import Any

_CHAMPION, _CANDIDATE = "0199a3c4-5b6d-7e8f-9a0b-1c2d3e4f5a6b", "0199a3c4-6c7d-7f80-8a1b-2c3d4e5f6a7b"

REQUESTS: Mapping[str, Any] = {
    "Assignment": {"task": "tickets", "to": ["ada", "grace"], "each": 1},
    "Canary": {"traffic_percent": 10},
    "NewExample": {"task": "tickets", "input": "My parcel never came", "expected_output": "delivery"},
    "NewExperiment": {
        "task": "tickets",
        "arms": [{"version_id": _CHAMPION, "weight": 0.5}, {"version_id": _CANDIDATE, "weight": 0.5}],
        "goal": {"metric": "acceptance"},
    },
    "NewFeedback": {
        "task": "tickets",
        "inference_id": "answer-7",
        "verdict": "negative",
        "correction": "delivery",
        "source": "user",
    },
    "NewInference": {
        "task": "tickets",
        "id": "answer-7",
        "input": "My parcel never came",
        "output": "billing",
        "confidence": 0.61,
        "latency_ms": 12.5,
    },
    "NewJob": {"task": "tickets", "reason": "more corrections"},
    "NewPrediction": {"inputs": [{"text": "My parcel never came"}], "unit": "user-42"},
    "NewRollout": {"task": "tickets", "version_id": _CANDIDATE, "steps": [1, 5, 25, 100], "interval_s": 3600},
    "NewTask": {"key": "tickets", "kind": "classification", "name": "Category of a ticket"},
    "Promotion": {"traffic_percent": 100, "reason": "better on every category"},
    "Review": {"verdict": "approve"},
}
"""By the names of their schemas."""
