"""Where the SQL is written that gives each service its role and schema on a Postgres of its owner's."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from stack.store import DATABASE

_ROUNDS = 4096
_HEADER = """\
-- Run by somebody who may create roles and owns the database, at every change of a password too:
--   psql --set ON_ERROR_STOP=1 --dbname=ratchet --file=postgres.sql
-- Passwords stand here as Postgres keeps them, so that nobody can log in with what they read.
"""


def sql(passwords: Mapping[str, str]) -> str:
    """Write what makes the roles as they should be, whatever is there already; it can be run again."""
    return "\n".join((_HEADER, _closed_to_the_public(), *(_role(*each) for each in passwords.items())))


def verifier(password: str, salt: bytes | None = None) -> str:
    """Give a password as Postgres stores it (SCRAM-SHA-256); passwords are plain ASCII here."""
    salt = salt or secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ROUNDS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${_ROUNDS}:{_coded(salt)}${_coded(stored)}:{_coded(server)}"


def _coded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _closed_to_the_public() -> str:
    return f"REVOKE ALL ON SCHEMA public FROM PUBLIC;\nREVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;\n"


def _role(name: str, password: str) -> str:
    """Write one role. Membership lets who is no superuser make the schema in the role's name, and nothing more."""
    return f"""\
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN CREATE ROLE {name}; END IF;
  IF NOT pg_has_role(CURRENT_USER, '{name}', 'SET') THEN GRANT {name} TO CURRENT_USER WITH INHERIT FALSE; END IF;
END $$;
ALTER ROLE {name} LOGIN PASSWORD '{verifier(password)}';
GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {name};
CREATE SCHEMA IF NOT EXISTS {name} AUTHORIZATION {name};
ALTER ROLE {name} IN DATABASE {DATABASE} SET search_path = {name};
"""
