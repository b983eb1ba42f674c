"""Where the accounts of tenants are written as NATS reads them: who may connect, and what the services share."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from contracts import applications
from contracts.applications import SERVICES_ACCOUNT
from gateway.store.nats_credentials import Admitted

LARGEST_MESSAGE = 2**20
"""Bytes of a message of an application; what the gateway publishes itself is half as large at most."""

_SUBSCRIPTIONS = 1000


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much the applications of one tenant may take of a server."""

    connections: int


def written(admitted: Iterable[Admitted], bounds: Bounds) -> str:
    """Write all accounts; the same credentials always give the same text.

    A tenant's account names what it takes from the services' account, which offers it to all. So whatever stands in
    this file, it cannot open more than the services offer.
    """
    by_tenant = groupby(sorted(admitted), key=lambda each: each.tenant)
    accounts = {applications.account(tenant): _account(tenant, list(group), bounds) for tenant, group in by_tenant}
    return json.dumps(accounts, indent=1) + "\n"


def _account(tenant: str, admitted: Iterable[Admitted], bounds: Bounds) -> Mapping[str, Any]:
    between = applications.shared(tenant)
    return {
        "users": [_user(each) for each in admitted],
        "imports": [
            *({"service": _of_services(subject)} for subject in between.asked),
            *({"stream": _of_services(subject)} for subject in between.told),
        ],
        "limits": {
            "max_connections": bounds.connections,
            "max_subscriptions": _SUBSCRIPTIONS,
            "max_payload": LARGEST_MESSAGE,
        },
    }


def _of_services(subject: str) -> Mapping[str, str]:
    return {"account": SERVICES_ACCOUNT, "subject": subject}


def _user(one: Admitted) -> Mapping[str, Any]:
    allowed = applications.permissions(one.tenant, one.public_key, events=one.events)
    permissions = {"publish": {"allow": list(allowed.publish)}, "subscribe": {"allow": list(allowed.subscribe)}}
    return {"nkey": one.public_key, "permissions": permissions}
