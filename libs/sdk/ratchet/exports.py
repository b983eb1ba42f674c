"""Where the calls about exports of approved examples are described."""

import hashlib
from pathlib import Path

from contracts.api.export import ExportStatus, Manifest, NewExport
from contracts.api.page import Page
from contracts.errors import Unavailable
from ratchet.wire.call import Call, at, fetch_posted, get
from ratchet.wire.exchange import Pause, Steps, exchange, replied
from ratchet.wire.files import BLOCK, OnProgress, Sink
from ratchet.wire.noun import Noun, Way, conversation, endpoint, every

_LOOKS = 20
_PAUSE_S = 0.25


class Exports(Noun[Way]):
    """Approved examples as files."""

    @conversation
    def save(self, to: str | Path, new: NewExport, *, on_progress: OnProgress | None = None) -> Steps[Manifest]:
        """Save approved examples as a file, and give its manifest once the hash of the file was checked.

        Raises `UnknownTask`, `InvalidInput`, and `Unavailable` if the file is not whole.
        """
        reply = yield from replied(fetch_posted(at("examples", "export"), Sink(Path(to), on_progress), new))
        manifest = yield from _ended(reply.headers["X-Export-Id"])
        if manifest.sha256 != _digest(Path(to)):
            raise Unavailable(f"The export {manifest.id} broke off; please ask for it again.", part="feedback")
        return manifest

    @endpoint
    def get(self, export_id: str) -> Call[Manifest]:
        """Give the manifest of an export; raises `UnknownExport`."""
        return _manifest(export_id)

    def _page(self, *, limit: int = 50, cursor: str | None = None) -> Call[Page[Manifest]]:
        """Give a page of the manifests, newest first."""
        return get(at("examples", "exports"), Page[Manifest], limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)


def _manifest(export_id: str) -> Call[Manifest]:
    return get(at("examples", "exports", export_id), Manifest)


def _ended(export_id: str) -> Steps[Manifest]:
    """Wait a moment for the manifest, which is settled when the last byte was sent."""
    manifest = yield from exchange(_manifest(export_id))
    for _ in range(_LOOKS):
        if manifest.status is not ExportStatus.RUNNING:
            break
        yield Pause(_PAUSE_S)
        manifest = yield from exchange(_manifest(export_id))
    return manifest


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
