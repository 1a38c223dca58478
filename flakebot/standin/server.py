"""A server on loopback that speaks as GitHub does."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flakebot.standin import objects
from flakebot.standin.artifacts import runtime_token
from flakebot.standin.description import Fault, Project, Request, StoredArtifact, StoredComment, StoredReview
from flakebot.standin.exchange import Call, Reply
from flakebot.standin.routes import answer
from flakebot.standin.store import Store

HOST = "127.0.0.1"


Observer = Callable[[Call, Reply], None]


class StandIn:
    """GitHub with one repository and one open pull request, for as long as the context lasts.

    Needs no network and no token of anybody; every instance has a port of its own.

    Args:
        project: what it pretends to be.
        observe: is told every request with its answer, one at a time.
    """

    def __init__(self, project: Project, observe: Observer | None = None) -> None:
        self._store = Store(project)
        self._server = _Server(self._store, observe)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> StandIn:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def project(self) -> Project:
        """What it pretends to be, after all pushes."""
        return self._store.project

    @property
    def url(self) -> str:
        """The address of the artifact service and of all pages."""
        return self._server.url

    @property
    def api_url(self) -> str:
        """The address of the REST interface."""
        return self._server.url + self.project.api_path

    @property
    def runtime_token(self) -> str:
        """The job's token for the artifact service."""
        return runtime_token(self.project)

    def environment(self) -> dict[str, str]:
        """Return what the runner would tell a job about GitHub; paths, event and inputs are the caller's."""
        project = self.project
        return {
            "GITHUB_API_URL": self.api_url,
            "GITHUB_SERVER_URL": self.url,
            "GITHUB_REPOSITORY": project.repository,
            "GITHUB_RUN_ID": project.run_id,
            "GITHUB_SHA": project.merge_sha,
            "GITHUB_REF": f"refs/pull/{project.number}/merge",
            "GITHUB_HEAD_REF": project.head_branch,
            "GITHUB_BASE_REF": project.base_branch,
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_ACTOR": "octocat",
            "ACTIONS_RESULTS_URL": f"{self.url}/",
            "ACTIONS_RUNTIME_TOKEN": self.runtime_token,
        }

    def event(self) -> dict[str, Any]:
        """Return the content of the event file of a pull_request event."""
        project = self.project
        repository = objects.repository(self.api_url, project.repository, project.base_branch)
        pull = objects.pull(self.api_url, project)
        return {"action": "synchronize", "number": project.number, "pull_request": pull, "repository": repository}

    def inject(self, *faults: Fault) -> None:
        """Answer the next matching requests wrongly, in the order of the faults."""
        with self._store.lock:
            self._store.faults.extend(faults)

    def push(self, head: Mapping[str, str], sha: str) -> None:
        """Give the pull request another head, as a push to its branch does."""
        with self._store.lock:
            self._store.push(head, sha)

    def add_comment(self, comment: StoredComment) -> StoredComment:
        """Put a comment of somebody else on the pull request; its id is given here."""
        with self._store.lock:
            stored = replace(comment, id=self._store.ids())
            (self._store.inline if stored.path else self._store.conversation)[stored.id] = stored
        return stored

    @property
    def reviews(self) -> tuple[StoredReview, ...]:
        """The reviews, in order."""
        return self._read(self._store.reviews)

    @property
    def comments(self) -> tuple[StoredComment, ...]:
        """The comments in the diff, in order."""
        return self._read(self._store.inline)

    @property
    def conversation(self) -> tuple[StoredComment, ...]:
        """The comments in the conversation, in order."""
        return self._read(self._store.conversation)

    @property
    def artifacts(self) -> tuple[StoredArtifact, ...]:
        """The finished artifacts, in order."""
        with self._store.lock:
            return tuple(self._store.artifacts)

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests that were answered, in order."""
        with self._store.lock:
            return tuple(self._store.requests)

    def _read(self, found: Mapping[int, Any]) -> tuple[Any, ...]:
        with self._store.lock:
            return tuple(found.values())


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, store: Store, observe: Observer | None) -> None:
        super().__init__((HOST, 0), _Handler)
        self.store, self.observe = store, observe
        self.url = f"http://{HOST}:{self.server_port}"

    def server_bind(self) -> None:
        # Not as HTTPServer does it: that asks the name service who we are, which may take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    disable_nagle_algorithm = True  # head and body are two writes: 40 ms for each answer otherwise
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that the base class looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - likewise
        """Tests and the demo show what matters; a line per request does not."""

    def _answer(self) -> None:
        call = self._call()
        with self.server.store.lock:
            reply = answer(self.server.store, call)
            self.server.store.requests.append(Request(call.method, call.path, reply.status))
            if self.server.observe is not None:
                self.server.observe(call, reply)
        self._send(reply)

    def _call(self) -> Call:
        parts = urlsplit(self.path)
        prefix = self.server.store.project.api_path
        inside = bool(prefix) and parts.path.startswith(f"{prefix}/")
        return Call(
            method=self.command,
            base_url=self.server.url + (prefix if inside else ""),
            path=parts.path.removeprefix(prefix) if inside else parts.path,
            target=self.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )

    def _send(self, reply: Reply) -> None:
        content = reply.content()
        self.send_response(reply.status)
        headers = {"Content-Type": "application/json; charset=utf-8", **reply.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
