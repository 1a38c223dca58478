"""Take secrets out of whatever leaves the job: the runner masks logs and summaries, not comments and artifacts."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

from flakemark.model import Ingested, Report

T = TypeVar("T")
R = TypeVar("R", Report, Ingested)
HIDDEN = "***"
MIN_LENGTH = 6  # a shorter value occurs by chance, and hiding it would tear words apart
_SHAPES = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{20,}"
    r"|github_pat_[A-Za-z0-9_]{20,}"
    r"|glpat-[A-Za-z0-9_-]{20,}"
    r"|pypi-[A-Za-z0-9_-]{40,}"
    r"|xox[abprs]-[A-Za-z0-9-]{10,}"
    r"|sk_live_[A-Za-z0-9]{16,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|(?<=://)[^\s/:@]+:[^\s/@]+(?=@)",
    re.DOTALL,
)
_NAMES = re.compile(r"SECRET|TOKEN|PASSW|PASSPHRASE|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|(?:^|_)PASS$", re.IGNORECASE)


class Redactor:
    """Replaces known secrets and texts that look like tokens.

    Args:
        secrets: values to hide; each also as base64, URL-encoded and as part of JSON.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets for form in _forms(secret)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def __call__(self, text: str) -> str:
        """Return the text with secrets replaced by asterisks."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return _SHAPES.sub(HIDDEN, text)


def secret_values(environ: Iterable[tuple[str, str]]) -> list[str]:
    """Return the values of variables whose names say that they are secret."""
    # Longer than what was given as a secret: MAX_TOKENS=100000 is none.
    return [value for name, value in environ if _NAMES.search(name) and len(value) >= MIN_LENGTH + 2]


def redact_report(report: R, redact: Callable[[str], str]) -> R:
    """Return the report, ours or that of the failed job, with every text in it redacted, before escaping can take a secret apart."""
    return _redacted(report, redact)


def _redacted(value: T, redact: Callable[[str], str]) -> T:
    found: Any = value
    if isinstance(found, Enum):
        return value
    if isinstance(found, str):
        found = redact(found)
    elif isinstance(found, tuple):
        found = tuple(_redacted(item, redact) for item in found)
    elif is_dataclass(found) and not isinstance(found, type):
        found = replace(found, **{one.name: _redacted(getattr(found, one.name), redact) for one in fields(found)})
    return found  # type: ignore[no-any-return]  # same type as the argument, which mypy cannot follow


def _forms(secret: str) -> Iterator[str]:
    for part in {secret.strip(), *(line.strip() for line in secret.splitlines())}:
        if len(part) < MIN_LENGTH:
            continue
        yield from (
            part,
            quote(part, safe=""),
            quote_plus(part),
            json.dumps(part)[1:-1],
            json.dumps(part, ensure_ascii=False)[1:-1],
            repr(part)[1:-1],
        )
        encoded = part.encode("utf-8", "surrogatepass")
        for shift in range(3):  # base64 of a text that holds the secret depends on its offset within three bytes
            yield _inner_base64(encoded, shift)


def _inner_base64(secret: bytes, shift: int) -> str:
    """Return the characters of the base64 text that depend on the secret alone."""
    text = base64.b64encode(b"\0" * shift + secret).decode().rstrip("=")
    skipped = (0, 2, 3)[shift]
    whole = len(text) if (len(secret) + shift) % 3 == 0 else len(text) - 1
    return text[skipped:whole]
