"""From findings to what stands on a pull request.

forge     the operations on a repository, as a Protocol over plain values
diff      which lines of a diff can carry a comment
lines     from lines of one text to lines of another
locate    the findings in the head of the pull request
plan      where each finding goes; pure
review    post it, and step down when the forge refuses
github    the forge for real
memory    the forge for tests
"""

from __future__ import annotations

from flakebot.publish.forge import ChangedFile, Forge, InlineComment, Posted, PullRequest, Review, Side
from flakebot.publish.lines import map_line, map_span
from flakebot.publish.locate import locate
from flakebot.publish.plan import Anchored, Finding, Folded, Permalinks, Plan, Reason, plan_review, write_body
from flakebot.publish.review import Outcome, PublishOutcome, publish

__all__ = [
    "Anchored",
    "ChangedFile",
    "Finding",
    "Folded",
    "Forge",
    "InlineComment",
    "Outcome",
    "Permalinks",
    "Plan",
    "Posted",
    "PublishOutcome",
    "PullRequest",
    "Reason",
    "Review",
    "Side",
    "locate",
    "map_line",
    "map_span",
    "plan_review",
    "publish",
    "write_body",
]
