"""A local server that speaks as GitHub does, for the demo and the contract tests: no network, no token of anybody.

description  what it pretends to be, how it shall fail, what it was given
server       the server itself; start here
routes       from a request to its handler
reading, writing, artifacts  the handlers
hunks        the diff of the pull request, made from its two trees
objects, shapes, exchange  JSON objects out, checked bodies in, pages and errors
"""

from __future__ import annotations

from flakebot.standin.description import Fault, Permission, Project, Request, StoredArtifact, StoredComment, StoredReview
from flakebot.standin.server import StandIn

__all__ = ["Fault", "Permission", "Project", "Request", "StandIn", "StoredArtifact", "StoredComment", "StoredReview"]
