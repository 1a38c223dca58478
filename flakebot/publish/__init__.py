"""From findings to what stands on a pull request.

forge      the operations on a repository, as a Protocol over plain values
finding    a root cause with its texts and its address
marker     the hidden line by which we know our own comments again
diff       which lines of a diff can carry a comment
lines      from lines of one text to lines of another
locate     the findings in the head of the pull request
plan       where each finding goes: the ladder; pure
ours       our comments that are there already; pure
thread     the one comment for what has no line; pure
posting    what is new: each once, and one rung lower when the forge refuses
review     the story: edit, post, close; start here
github     the forge for real, at the pace of `pacing`
memory     the forge for tests
"""

from __future__ import annotations

from flakebot.publish.finding import Finding, Permalinks, Reason
from flakebot.publish.forge import ChangedFile, Forge, InlineComment, Posted, PullRequest, Review, Side
from flakebot.publish.lines import map_line, map_span
from flakebot.publish.locate import locate
from flakebot.publish.marker import digest
from flakebot.publish.plan import Rung
from flakebot.publish.posting import Told
from flakebot.publish.review import PublishOutcome, Request, publish
from flakebot.publish.thread import Frame

__all__ = [
    "ChangedFile",
    "Finding",
    "Forge",
    "Frame",
    "InlineComment",
    "Permalinks",
    "Posted",
    "PublishOutcome",
    "PullRequest",
    "Reason",
    "Request",
    "Review",
    "Rung",
    "Side",
    "Told",
    "digest",
    "locate",
    "map_line",
    "map_span",
    "publish",
]
