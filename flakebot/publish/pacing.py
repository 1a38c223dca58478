"""Make requests at the pace that GitHub allows: what may be repeated, after which pause, and when to give up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import TypeVar

import requests
from github import BadAttributeException, GithubException
from github.Requester import Requester

from flakebot.deadline import Deadline
from flakebot.errors import Forbidden, ForgeError, NotFound, RateLimited, Unavailable, Unprocessable

T = TypeVar("T")
ATTEMPTS = 4
FIRST_PAUSE = 1.0
SECONDARY_PAUSE = 60.0  # GitHub's advice where it names no time
SECONDS_BETWEEN_WRITES = 1.0  # GitHub's advice; 80 a minute is the limit


class Access(Enum):
    """What a request does: reads; changes what is there, so that doing it twice is doing it once; or leaves a new thing."""

    READ = "read"
    CHANGE = "change"
    CREATE = "create"


class Pacing:
    """Turns the errors of PyGithub into ours, keeps GitHub's pace, and repeats what may be repeated.

    PyGithub's own repetition and pace are off: it repeats a POST after a 502, although GitHub may have stored the first
    one, and sleeps without a word.

    Args:
        deadline: for everything; waits, and says why.
        seconds_between_writes: from the end of one to the begin of the next.
    """

    def __init__(self, deadline: Deadline, seconds_between_writes: float = SECONDS_BETWEEN_WRITES) -> None:
        self._deadline, self._between = deadline, seconds_between_writes
        self._written: float | None = None

    def run(self, what: str, action: Callable[[], T], access: Access = Access.READ) -> T:
        """Do a request.

        Args:
            what: the request in words, for messages, e.g. "reading pull request 7".
            action: calls PyGithub.
            access: a creating request is repeated only if GitHub surely stored nothing.

        Raises:
            ForgeError: a subclass, as `flakebot.publish.forge.Forge` promises.
            OutOfTime: if the deadline is over, or a wait would be longer than what is left.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._once(what, action, access)
            except (RateLimited, Unavailable) as error:
                may_be_stored = access is Access.CREATE and isinstance(error, Unavailable)
                seconds = error.seconds if isinstance(error, RateLimited) else FIRST_PAUSE * 2 ** (attempt - 1)
                if attempt == ATTEMPTS or seconds > self._deadline.left() or may_be_stored:
                    raise
                reason = str(error)
            self._deadline.pause(seconds, reason)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, what: str, action: Callable[[], T], access: Access) -> T:
        self._deadline.check(what)
        if access is Access.READ:
            return _translated(what, action)
        self._keep_pace(what)
        try:
            return _translated(what, action)
        finally:
            self._written = self._deadline.now()

    def _keep_pace(self, what: str) -> None:
        rest = 0.0 if self._written is None else self._written + self._between - self._deadline.now()
        if rest > 0:
            self._deadline.pause(rest, f"{what} comes next, and GitHub asks for {self._between:.0f} s between two writes")


def _translated(what: str, action: Callable[[], T]) -> T:
    try:
        return action()
    except GithubException as error:
        raise translate(what, error) from error
    except requests.RequestException as error:
        raise Unavailable(f"{what}: no answer from GitHub ({type(error).__name__})") from error
    except (ValueError, TypeError, AttributeError, LookupError, RuntimeError, AssertionError, BadAttributeException) as error:
        # PyGithub trusts answers to be JSON objects, and asserts that the addresses in them are those of the server.
        raise Unavailable(f"{what}: GitHub's answer is not understood ({type(error).__name__})") from error


def translate(what: str, error: GithubException) -> ForgeError:
    """Return our error for one of PyGithub.

    Args:
        what: the request in words.
        error: with GitHub's status and texts.
    """
    status, texts = error.status, _texts(error.data)
    headers = {name.lower(): str(value) for name, value in (error.headers or {}).items()}
    message = f"{what}: GitHub says {status} {'; '.join(texts)}".rstrip()
    if _is_rate_limit(status, texts, headers):
        return RateLimited(message, texts, seconds=_wait(texts, headers))
    if status in {401, 403}:
        return Forbidden(message, texts)
    if status in {404, 410}:
        return NotFound(message, texts)
    return (Unavailable if status >= 500 else Unprocessable)(message, texts)


def _texts(data: object) -> tuple[str, ...]:
    if not isinstance(data, Mapping):
        return ()
    errors = data.get("errors")
    found = [data.get("message"), *(_text(one) for one in (errors if isinstance(errors, list) else [errors]))]
    return tuple(str(text) for text in found if text)


def _text(error: object) -> object:
    return (error.get("message") or error.get("code")) if isinstance(error, Mapping) else error


def _is_rate_limit(status: int, texts: tuple[str, ...], headers: Mapping[str, str]) -> bool:
    if status == 403:
        said = any(Requester.isRateLimitError(text) for text in texts)
        return said or "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    return status == 429 or (status == 422 and "abuse" in texts)


def _wait(texts: tuple[str, ...], headers: Mapping[str, str]) -> float:
    if headers.get("retry-after", "").isdecimal():
        return float(headers["retry-after"])
    primary = headers.get("x-ratelimit-remaining") == "0" or any(Requester.isPrimaryRateLimitError(text) for text in texts)
    if primary and headers.get("x-ratelimit-reset", "").isdecimal() and "date" in headers:
        # By GitHub's clock: ours may be wrong. One second more, for the reset happens within that second.
        return max(float(headers["x-ratelimit-reset"]) - parsedate_to_datetime(headers["date"]).timestamp(), 0.0) + 1.0
    return SECONDARY_PAUSE
