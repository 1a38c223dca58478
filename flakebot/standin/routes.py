"""From a request to its handler, past the checks that come first: who asks, for what, and may they write."""

from __future__ import annotations

import re
from collections.abc import Callable

from flakebot.standin import artifacts, reading, writing
from flakebot.standin.description import Permission
from flakebot.standin.exchange import Call, Refusal, Reply, error, refuse
from flakebot.standin.store import Store

Handler = Callable[..., Reply]
_TWIRP = "/twirp/github.actions.results.api.v1.ArtifactService"
_ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "{repo}/pulls", reading.list_pulls),
    ("GET", "{repo}/pulls/{n}", reading.get_pull),
    ("GET", "{repo}/pulls/{n}/files", reading.list_files),
    ("GET", "{repo}/pulls/{n}/reviews", reading.list_reviews),
    ("POST", "{repo}/pulls/{n}/reviews", writing.create_review),
    ("GET", "{repo}/pulls/{n}/reviews/(\\d+)", reading.get_review),
    ("PUT", "{repo}/pulls/{n}/reviews/(\\d+)", writing.edit_review),
    ("DELETE", "{repo}/pulls/{n}/reviews/(\\d+)", writing.delete_review),
    ("GET", "{repo}/pulls/{n}/comments", reading.list_inline),
    ("POST", "{repo}/pulls/{n}/comments", writing.create_inline),
    ("GET", "{repo}/pulls/comments/(\\d+)", reading.get_inline),
    ("PATCH", "{repo}/pulls/comments/(\\d+)", writing.edit_inline),
    ("DELETE", "{repo}/pulls/comments/(\\d+)", writing.delete_inline),
    ("GET", "{repo}/issues/{n}/comments", reading.list_conversation),
    ("POST", "{repo}/issues/{n}/comments", writing.create_conversation),
    ("GET", "{repo}/issues/comments/(\\d+)", reading.get_conversation),
    ("PATCH", "{repo}/issues/comments/(\\d+)", writing.edit_conversation),
    ("DELETE", "{repo}/issues/comments/(\\d+)", writing.delete_conversation),
    ("GET", "{repo}/contents/(.+)", reading.get_content),
    ("POST", "(?:/api)?/graphql", reading.ask),
    ("POST", f"{_TWIRP}/CreateArtifact", artifacts.create),
    ("POST", f"{_TWIRP}/FinalizeArtifact", artifacts.finalize),
    ("PUT", "/blobs/(\\d+)", artifacts.put_blob),
)


def answer(store: Store, call: Call) -> Reply:
    """Answer a request; a planned fault comes first, or takes the place of the answer when all is done."""
    fault = store.take_fault(call.method, call.path)
    if fault is not None and fault.stored:
        _handle(store, call)
    if fault is not None:
        planned = error(fault.status, fault.message, headers=fault.headers)
        return planned if fault.body is None else Reply(fault.status, headers=fault.headers, raw=fault.body)
    return _handle(store, call)


def _handle(store: Store, call: Call) -> Reply:
    try:
        if call.path.startswith("/repos/") or call.path.endswith("/graphql"):
            _admit(store, call)
        return _dispatch(store, call)
    except Refusal as refusal:
        return refusal.reply


def _dispatch(store: Store, call: Call) -> Reply:
    repository, number = re.escape(f"/repos/{store.project.repository}"), str(store.project.number)
    for method, pattern, handler in _ROUTES:
        match = re.fullmatch(pattern.replace("{repo}", repository).replace("{n}", number), call.path)
        if match and method == call.method:
            return handler(store, call, *match.groups())
    raise refuse(404, "Not Found")


def _admit(store: Store, call: Call) -> None:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if not token:
        raise refuse(401, "Requires authentication")
    if scheme.lower() not in {"token", "bearer"} or token != store.project.token:
        raise refuse(401, "Bad credentials")
    reads = call.method == "GET" or call.path.endswith("/graphql")
    if not reads and store.project.permission is Permission.READ:
        raise refuse(403, "Resource not accessible by integration")
