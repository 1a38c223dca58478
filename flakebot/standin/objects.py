"""GitHub's JSON objects, complete enough to be valid by its own description."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import quote

from flakebot.standin.description import Project, StoredComment, StoredReview
from flakebot.standin.hunks import Diff

TIME = "2024-01-01T00:00:00Z"
_USER_LINKS = (
    "followers", "following", "gists", "starred", "subscriptions", "organizations", "repos", "events", "received_events",
)  # fmt: skip
_REPOSITORY_LINKS = (
    "archive", "assignees", "blobs", "branches", "collaborators", "comments", "commits", "compare", "contents", "contributors",
    "deployments", "downloads", "events", "forks", "git_commits", "git_refs", "git_tags", "hooks", "issue_comment", "issue_events",
    "issues", "keys", "labels", "languages", "merges", "milestones", "notifications", "pulls", "releases", "stargazers", "statuses",
    "subscribers", "subscription", "tags", "teams", "trees",
)  # fmt: skip
_REPOSITORY_FLAGS = ("has_downloads", "has_issues", "has_projects", "has_wiki", "has_pages", "archived", "disabled", "private")
_REPOSITORY_NUMBERS = ("forks", "forks_count", "open_issues", "open_issues_count", "size", "stargazers_count", "watchers", "watchers_count")
_PULL_NUMBERS = ("additions", "changed_files", "comments", "commits", "deletions", "review_comments")
_NODE = "bm9kZQ=="


def user(base_url: str, login: str) -> dict[str, Any]:
    """Return an account."""
    url = f"{base_url}/users/{quote(login)}"
    links = {f"{name}_url": f"{url}/{name}" for name in _USER_LINKS}
    named = {"login": login, "id": 1, "node_id": _NODE, "avatar_url": f"{url}/avatar", "gravatar_id": ""}
    return {**links, **named, "url": url, "html_url": url, "site_admin": False, "type": "Bot" if login.endswith("[bot]") else "User"}


def repository(base_url: str, name: str, branch: str) -> dict[str, Any]:
    """Return a repository."""
    owner, _, short = name.partition("/")
    url, page = f"{base_url}/repos/{name}", f"{base_url}/{name}"
    return {
        **{f"{link}_url": f"{url}/{link}" for link in _REPOSITORY_LINKS},
        **dict.fromkeys(_REPOSITORY_FLAGS, False),
        **dict.fromkeys(_REPOSITORY_NUMBERS, 0),
        **dict.fromkeys(("clone_url", "git_url", "ssh_url", "svn_url", "mirror_url", "html_url"), page),
        **dict.fromkeys(("created_at", "updated_at", "pushed_at"), TIME),
        **dict.fromkeys(("description", "homepage", "language", "license")),
        "id": 1, "node_id": _NODE, "name": short, "full_name": name, "owner": user(base_url, owner), "fork": False, "url": url,
        "default_branch": branch,
    }  # fmt: skip


def pull(base_url: str, project: Project) -> dict[str, Any]:
    """Return the pull request."""
    url, page = f"{base_url}/repos/{project.repository}/pulls/{project.number}", pull_page(base_url, project)
    links = {
        "self": url, "html": page, "issue": url.replace("/pulls/", "/issues/"), "commits": f"{url}/commits", "statuses": f"{url}/statuses",
        "comments": f"{url}/comments", "review_comments": f"{url}/comments", "review_comment": f"{url}/comments/1",
    }  # fmt: skip
    urls = {f"{name}_url": target for name, target in links.items() if name not in {"self", "html"}}
    return {
        **urls,
        **dict.fromkeys(_PULL_NUMBERS, 0),
        **dict.fromkeys(("assignee", "body", "closed_at", "merged_at", "milestone", "auto_merge", "merged_by", "mergeable")),
        **dict.fromkeys(("created_at", "updated_at"), TIME),
        **dict.fromkeys(("locked", "merged", "maintainer_can_modify", "draft"), False),
        "url": url, "html_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch", "id": 1, "node_id": _NODE, "labels": [],
        "number": project.number, "state": "open", "title": project.title, "merge_commit_sha": project.merge_sha,
        "mergeable_state": "clean", "author_association": "OWNER", "user": user(base_url, "octocat"),
        "_links": {name: {"href": target} for name, target in links.items()},
        "base": _end(base_url, project, project.repository, project.base_branch, project.base_sha),
        "head": _end(base_url, project, project.head_repository or project.repository, project.head_branch, project.head_sha),
    }  # fmt: skip


def pull_page(base_url: str, project: Project) -> str:
    """Return the address of the pull request's page."""
    return f"{base_url}/{project.repository}/pull/{project.number}"


def changed_file(base_url: str, project: Project, diff: Diff) -> dict[str, Any]:
    """Return an entry of the list of changed files; without a patch if there is nothing to show."""
    path = quote(diff.path)
    shown = {"patch": diff.patch} if diff.places and diff.path not in project.undiffed else {}
    return {
        "sha": _blob(project.head.get(diff.path, "")), "filename": diff.path, "status": diff.status, "additions": diff.additions,
        "deletions": diff.deletions, "changes": diff.additions + diff.deletions,
        "blob_url": f"{base_url}/{project.repository}/blob/{project.head_sha}/{path}",
        "raw_url": f"{base_url}/{project.repository}/raw/{project.head_sha}/{path}",
        "contents_url": f"{base_url}/repos/{project.repository}/contents/{path}?ref={project.head_sha}", **shown,
    }  # fmt: skip


def content(base_url: str, project: Project, path: str, text: str) -> dict[str, Any]:
    """Return a file with its text."""
    data = text.encode()
    url, page = f"{base_url}/repos/{project.repository}/contents/{quote(path)}", f"{base_url}/{project.repository}/blob/{quote(path)}"
    sha = _blob(text)
    git = f"{base_url}/repos/{project.repository}/git/blobs/{sha}"
    return {
        "type": "file", "encoding": "base64", "size": len(data), "name": path.rpartition("/")[2], "path": path, "sha": sha,
        "content": base64.encodebytes(data).decode(), "url": url, "git_url": git, "html_url": page, "download_url": page,
        "_links": {"git": git, "self": url, "html": page},
    }  # fmt: skip


def review(base_url: str, project: Project, one: StoredReview) -> dict[str, Any]:
    """Return a review."""
    page, url = f"{pull_page(base_url, project)}#pullrequestreview-{one.id}", pull(base_url, project)["url"]
    return {
        "id": one.id, "node_id": _NODE, "user": user(base_url, one.author), "body": one.body, "state": one.state,
        "commit_id": one.commit_id, "html_url": page, "pull_request_url": url, "submitted_at": TIME,
        "author_association": "NONE", "_links": {"html": {"href": page}, "pull_request": {"href": url}},
    }  # fmt: skip


def inline_comment(base_url: str, project: Project, one: StoredComment) -> dict[str, Any]:
    """Return a comment in the diff."""
    page, pull_url = f"{pull_page(base_url, project)}#discussion_r{one.id}", pull(base_url, project)["url"]
    url = f"{base_url}/repos/{project.repository}/pulls/comments/{one.id}"
    reply = {} if one.reply_to is None else {"in_reply_to_id": one.reply_to}
    lines = {"line": one.line, "original_line": one.line, "start_line": one.start_line, "original_start_line": one.start_line}
    shown = {name: line for name, line in lines.items() if line is not None or name.endswith("start_line")}
    return {
        "id": one.id, "node_id": _NODE, "user": user(base_url, one.author), "body": one.body, "path": one.path, "side": one.side,
        "start_side": None if one.start_line is None else one.side, "subject_type": "file" if one.whole_file else "line",
        "diff_hunk": one.hunk, "commit_id": one.commit_id, "original_commit_id": one.commit_id, "pull_request_review_id": one.review,
        "created_at": TIME, "updated_at": TIME, "url": url, "html_url": page, "pull_request_url": pull_url,
        "author_association": "NONE", "_links": {"self": {"href": url}, "html": {"href": page}, "pull_request": {"href": pull_url}},
        **shown, **reply,
    }  # fmt: skip


def conversation_comment(base_url: str, project: Project, one: StoredComment) -> dict[str, Any]:
    """Return a comment in the conversation."""
    issues = f"{base_url}/repos/{project.repository}/issues"
    return {
        "id": one.id, "node_id": _NODE, "user": user(base_url, one.author), "body": one.body, "created_at": TIME, "updated_at": TIME,
        "url": f"{issues}/comments/{one.id}", "html_url": f"{pull_page(base_url, project)}#issuecomment-{one.id}",
        "issue_url": f"{issues}/{project.number}", "author_association": "NONE",
    }  # fmt: skip


def _end(base_url: str, project: Project, name: str, branch: str, sha: str) -> dict[str, Any]:
    owner = name.partition("/")[0]
    repo = repository(base_url, name, project.base_branch)
    return {"label": f"{owner}:{branch}", "ref": branch, "sha": sha, "user": user(base_url, owner), "repo": repo}


def _blob(text: str) -> str:
    """The id that git gives to a file's content."""
    data = text.encode()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
