"""Where it is kept what requests are answered with."""

from dataclasses import dataclass

from chassis.files import Files
from chassis.service import Parts
from gateway.access.keyring import Keyring
from gateway.access.login import Login
from gateway.access.oidc.sign_on import SignOn
from gateway.credentials.door import Door
from gateway.prompts.texts import Texts
from gateway.settings import Settings
from gateway.streams.broadcast import Broadcast
from gateway.webhooks.courier import Courier


@dataclass(frozen=True, slots=True)
class Desk:
    """What all requests share."""

    settings: Settings
    parts: Parts
    keyring: Keyring
    broadcast: Broadcast
    files: Files
    prompts: Texts
    courier: Courier
    door: Door
    login: Login
    sign_on: SignOn
