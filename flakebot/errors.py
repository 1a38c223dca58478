"""The exceptions of the bot."""

from __future__ import annotations


class FlakebotError(Exception):
    """Base of every error that the bot raises on purpose; the message names the value at fault and the way out."""


class UsageError(FlakebotError):
    """Wrong usage or unreadable input: the program ends with exit code 2."""


class EnvironmentBroken(FlakebotError):
    """The project's tests could not be run at all: the program ends with exit code 3."""


class OutOfTime(FlakebotError):
    """The time that publishing may take is used up."""


class ForgeError(FlakebotError):
    """The forge did not do what it was asked.

    Attributes:
        texts: what the forge itself said, the most general text first; may be empty.
    """

    def __init__(self, message: str, texts: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.texts = texts


class Forbidden(ForgeError):
    """The token may not do this (or is wrong); trying again is of no use."""


class NotFound(ForgeError):
    """There is no such thing, or the token may not know that there is."""


class Unprocessable(ForgeError):
    """The forge understood the request and refused its content; nothing was stored."""


class RateLimited(ForgeError):
    """Too many requests, and the forge asks for a longer wait than we allow ourselves; nothing was stored.

    Attributes:
        seconds: after which it may be tried again.
    """

    def __init__(self, message: str, texts: tuple[str, ...] = (), *, seconds: float = 60.0) -> None:
        super().__init__(message, texts)
        self.seconds = seconds


class Unavailable(ForgeError):
    """The forge failed or could not be reached; what was asked may or may not have been stored."""


class ArtifactError(FlakebotError):
    """The artifact was not uploaded."""


class ArtifactNameTaken(ArtifactError):
    """The run has an artifact of this name already: another name is needed."""
