"""Where a gateway is played that says what a test wants it to say, and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

NOW = "2026-01-01T12:00:00Z"


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    media_type: str = "application/json"


Weigh = Callable[[Any], Reply]
"""Gives the reply to a body, for a test that does not know in how many lists its items come."""


@dataclass
class Gateway:
    """Replies are used up one after another; the last one stays."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    weighed: dict[str, Weigh] = field(default_factory=dict[str, Weigh])

    def says(self, call: str, content: object, status: int = 200) -> None:
        self.replies.setdefault(call, []).append(Reply(status, json.dumps(content).encode()))

    def refuses(self, call: str, status: int, name: str, detail: str, **facts: object) -> None:
        problem = {"type": f"urn:ratchet:problem:{name}", "title": name, "status": status, "detail": detail, **facts}
        self.replies.setdefault(call, []).append(
            Reply(status, json.dumps(problem).encode(), "application/problem+json")
        )

    def gives(self, call: str, content: bytes) -> None:
        self.replies.setdefault(call, []).append(Reply(200, content, "application/octet-stream"))

    def streams(self, call: str, text: str) -> None:
        self.replies.setdefault(call, []).append(Reply(200, text.encode(), "text/event-stream"))

    def reply(self, call: str, body: Any) -> Reply:
        if call in self.weighed:
            return self.weighed[call](body)
        waiting = self.replies.get(call)
        if not waiting:
            return Reply(
                404, b'{"type":"urn:ratchet:problem:not-found","title":"","status":404,"detail":"nothing here"}'
            )
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


class Door(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.gateway = Gateway(url=f"http://127.0.0.1:{self.server_port}")


class Handler(BaseHTTPRequestHandler):
    server: Door

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_form = self.headers.get("Content-Type", "").startswith("multipart/")
        sent = body if is_form else json.loads(body) if body else None
        gateway = self.server.gateway
        gateway.asked.append(Asked(self.command, url.path, parse_qs(url.query), dict(self.headers), sent))
        self._answer(gateway.reply(f"{self.command} {url.path}", sent))

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name in {"do_POST", "do_PUT", "do_PATCH", "do_DELETE"}:
            return self.do_GET
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.media_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)


@contextmanager
def running() -> Iterator[Gateway]:
    server = Door()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def task(key: str = "ticket-category") -> dict[str, object]:
    return {
        "key": key,
        "kind": "classification",
        "name": "",
        "description": "",
        "parameters": {},
        "created_at": NOW,
        "created_by": "ada",
    }


def job(status: str = "running") -> dict[str, object]:
    return {
        "id": "job-1",
        "task": "ticket-category",
        "kind": "classification",
        "status": status,
        "progress": 0.5,
        "step": "fitting",
        "message": "",
        "reason": "a test",
        "requested_by": "ada",
        "parameters": {},
        "auto_release": True,
        "queued_at": NOW,
    }


def dataset(status: str = "ready", **others: object) -> dict[str, object]:
    return {
        "id": "d-1",
        "task": "ticket-category",
        "name": "rows.csv",
        "status": status,
        "bytes": 18,
        "created_at": NOW,
        "created_by": "ada",
        **others,
    }


def line(number: int, kind: str, content: dict[str, object]) -> str:
    told = json.dumps({"number": number, "kind": kind, "at": NOW, "content": content})
    return f"event: {kind}\nid: {number}\ndata: {told}\n\n"
