"""The reading half of the REST interface: the pull request, its files, comments, contents."""

from __future__ import annotations

import json
from urllib.parse import unquote

from flakebot.standin import objects
from flakebot.standin.exchange import Call, Reply, page, refuse
from flakebot.standin.store import Store


def ask(store: Store, call: Call) -> Reply:
    """POST /graphql: answers the one question that is asked there, who the token is."""
    query = " ".join(str(json.loads(call.body).get("query")).split())
    if query != "query { viewer { login } }":
        return Reply(200, {"errors": [{"message": f"Parse error on {query!r}"}]})
    return Reply(200, {"data": {"viewer": {"login": store.project.login}}})


def get_pull(store: Store, call: Call) -> Reply:
    """GET /repos/{repo}/pulls/{number}."""
    return Reply(200, objects.pull(call.base_url, store.project))


def list_pulls(store: Store, call: Call) -> Reply:
    """GET /repos/{repo}/pulls, filtered by state, head and base."""
    project = store.project
    owner = (project.head_repository or project.repository).partition("/")[0]
    wanted = call.query.get("head", "")
    # GitHub ignores a head that names no owner.
    other_head = ":" in wanted and wanted != f"{owner}:{project.head_branch}"
    other = other_head or call.query.get("state", "open") == "closed" or call.query.get("base", project.base_branch) != project.base_branch
    return page(call, [] if other else [objects.pull(call.base_url, project)])


def list_files(store: Store, call: Call) -> Reply:
    """GET /repos/{repo}/pulls/{number}/files."""
    return page(call, [objects.changed_file(call.base_url, store.project, diff) for diff in store.diffs()])


def list_reviews(store: Store, call: Call) -> Reply:
    """GET /repos/{repo}/pulls/{number}/reviews."""
    return page(call, [objects.review(call.base_url, store.project, one) for one in store.reviews.values()])


def list_inline(store: Store, call: Call) -> Reply:
    """GET /repos/{repo}/pulls/{number}/comments."""
    return page(call, [objects.inline_comment(call.base_url, store.project, one) for one in store.inline.values()])


def list_conversation(store: Store, call: Call) -> Reply:
    """GET /repos/{repo}/issues/{number}/comments."""
    return page(call, [objects.conversation_comment(call.base_url, store.project, one) for one in store.conversation.values()])


def get_review(store: Store, call: Call, number: str) -> Reply:
    """GET /repos/{repo}/pulls/{number}/reviews/{id}."""
    if int(number) not in store.reviews:
        raise refuse(404, "Not Found")
    return Reply(200, objects.review(call.base_url, store.project, store.reviews[int(number)]))


def get_inline(store: Store, call: Call, number: str) -> Reply:
    """GET /repos/{repo}/pulls/comments/{id}."""
    if int(number) not in store.inline:
        raise refuse(404, "Not Found")
    return Reply(200, objects.inline_comment(call.base_url, store.project, store.inline[int(number)]))


def get_conversation(store: Store, call: Call, number: str) -> Reply:
    """GET /repos/{repo}/issues/comments/{id}."""
    if int(number) not in store.conversation:
        raise refuse(404, "Not Found")
    return Reply(200, objects.conversation_comment(call.base_url, store.project, store.conversation[int(number)]))


def get_content(store: Store, call: Call, quoted: str) -> Reply:
    """GET /repos/{repo}/contents/{path}; folders as lists of their files."""
    tree = store.tree(call.query.get("ref", ""))
    path = unquote(quoted)
    if tree is None:
        raise refuse(404, f"No commit found for the ref {call.query['ref']}")
    if path in tree:
        return Reply(200, objects.content(call.base_url, store.project, path, tree[path]))
    inside = [name for name in sorted(tree) if name.startswith(f"{path}/")]
    if not inside:
        raise refuse(404, "Not Found")
    listed = [objects.content(call.base_url, store.project, name, tree[name]) for name in inside]
    return Reply(200, [{key: value for key, value in entry.items() if key not in {"content", "encoding"}} for entry in listed])
