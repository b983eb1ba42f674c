"""Where versions are registered, judged, approved, compared and found."""

from registry.registrations import Registration
from registry.versions.approving import approve
from registry.versions.comparing import compare
from registry.versions.finding import get, list_
from registry.versions.registering import register, register_external

__all__ = ["Registration", "approve", "compare", "get", "list_", "register", "register_external"]
