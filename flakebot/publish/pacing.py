"""Make requests at the pace that GitHub allows: what may be repeated, after which pause, and when to give up."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar

import requests
from github import BadAttributeException, GithubException
from github.Requester import Requester

from flakebot.errors import Forbidden, ForgeError, NotFound, RateLimited, Unavailable, Unprocessable

T = TypeVar("T")
MAX_PAUSES = 120.0  # seconds in all; a whole publication has five minutes
ATTEMPTS = 4
FIRST_PAUSE = 1.0
SECONDARY_PAUSE = 60.0  # GitHub's advice where it names no time
_LOG = logging.getLogger(__name__)


class Pause(Protocol):
    """Waits, and tells people why."""

    def __call__(self, seconds: float, reason: str) -> None:
        """Return after so many seconds."""
        ...


def sleep_and_log(seconds: float, reason: str) -> None:
    """Wait for real."""
    _LOG.warning("waiting %.0f s: %s", seconds, reason)
    time.sleep(seconds)


class Pacing:
    """Turns the errors of PyGithub into ours, and repeats what may be repeated.

    PyGithub's own repetition is off: it repeats a POST after a 502, although GitHub may have stored the first one, and
    sleeps without a word.

    Args:
        pause: waits.
        max_pauses: seconds that all pauses together may take.
    """

    def __init__(self, pause: Pause, max_pauses: float = MAX_PAUSES) -> None:
        self._pause, self._left = pause, max_pauses

    def run(self, what: str, action: Callable[[], T], *, creates: bool = False) -> T:
        """Do a request.

        Args:
            what: the request in words, for messages, e.g. "reading pull request 7".
            action: calls PyGithub.
            creates: whether doing it twice would leave two things; then it is repeated only if GitHub surely stored nothing.

        Raises:
            ForgeError: a subclass, as `flakebot.publish.forge.Forge` promises.
        """
        return self._run(what, action, creates, attempt=1)

    def _run(self, what: str, action: Callable[[], T], creates: bool, attempt: int) -> T:
        try:
            return _translated(what, action)
        except (RateLimited, Unavailable) as error:
            seconds = error.seconds if isinstance(error, RateLimited) else FIRST_PAUSE * 2 ** (attempt - 1)
            may_be_stored = creates and isinstance(error, Unavailable)
            if attempt == ATTEMPTS or seconds > self._left or may_be_stored:
                raise
            self._left -= seconds
            self._pause(seconds, str(error))
        return self._run(what, action, creates, attempt + 1)


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
