"""Where it is kept what is known of somebody who comes in without a key."""

from dataclasses import dataclass


@dataclass(slots=True)
class Entrant:
    """Somebody at the door: where they come from, and who they are as soon as that is known."""

    address: str
    user_agent: str
    tenant: str | None = None
    name: str = "unknown"
    person: str = ""

    def is_(self, tenant: str, name: str, user_id: str) -> None:
        """Note who it is, whether they get in or not."""
        self.tenant, self.name, self.person = tenant, name, person_of(user_id)


def person_of(user_id: str) -> str:
    """Give by what two people are told apart."""
    return f"user:{user_id}"
