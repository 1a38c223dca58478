"""Keeps secrets out of traces: values whose names say that they are secret are replaced before anything is written.

A name is that of a variable, attribute, function, keyword or environment variable that stands beside the value in the
source, or a key inside of the value. What was found so is replaced wherever else it occurs, in values and in the text of
the failure: a token ends up in headers and addresses that are called otherwise.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from flakemark.events import Literal, TracedSite
from flakemark.trace.format import Content
from flakemark.trace.names import Names

TAG = "redacted"
SHORTEST = 6  # characters of a secret that is looked for elsewhere: shorter ones are words that occur anyway
MOST_SECRETS = 200
_NAME = 40
_WORDS = frozenset({
    "token", "password", "passwd", "passphrase", "passcode", "pwd", "secret", "key", "credential", "authorization",
    "apikey", "authkey", "accesskey", "secretkey", "privatekey", "apitoken", "authtoken", "accesstoken",
})  # fmt: skip
_ENDINGS = ("password", "passwd", "apikey", "secretkey")  # PGPASSWORD
_HARMLESS_NAMES = frozenset({"keys"})  # what every dict has
_HARMLESS_TAGS = frozenset({"fn", "class", "module", TAG})
_WRAPPERS = frozenset({"clock", "held"})
_NAMED_TAGS = frozenset({*_HARMLESS_TAGS, "enum"})  # what they hold are names
_SEQUENCES = frozenset({"list", "tuple", "set", "frozenset"})
_MAPPINGS = frozenset({"dict", "obj", "made"})
_find_words = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+").findall
_any_word = re.compile("|".join(sorted(_WORDS)), re.IGNORECASE).search
_between = re.compile(r"""["']?\]?\s*[:=]\s*""").match
# Texts and numbers, and after a bare "=" whatever is not called or looked into: the text of a failure shows source lines as well.
_VALUE = r"""(?:\b[bfr]{0,2}"[^"\n]*"|\b[bfr]{0,2}'[^'\n]*'|"[^"\n]*"|'[^'\n]*'|\d[\w.+-]*)"""
_assignments = re.compile(rf"""(\b[A-Za-z_]\w*)(["']?\]?\s*[:=]\s*{_VALUE}|=[^\s,;=(){{}}\[\]"']+(?![\w(.\[]))""")
_compile, _escape, _dumps = re.compile, re.escape, json.JSONEncoder().encode


def is_secret(name: str) -> bool:
    """Whether a name is one of a secret: word by word, so that `api_key` is one, and `keyboard` and `monkey` are none."""
    return name not in _HARMLESS_NAMES and any(map(_is_secret_word, map(str.lower, _find_words(name))))


def _is_secret_word(word: str) -> bool:
    return word in _WORDS or (word.endswith("s") and word[:-1] in _WORDS) or word.endswith(_ENDINGS)


def may_name_secrets(source: str) -> bool:
    """Whether one of the words occurs in a source at all; most files need no closer look."""
    return _any_word(source) is not None


class Redaction:
    """Redacts one trace, and texts that belong to it.

    Equal values of a name have equal numbers, counted from 1 in the order of their first occurrence: whether a value changed
    can be seen, and nothing can be computed from it.

    Args:
        names: which names stand beside a site's value.
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self.count = 0
        self._numbers: dict[str, dict[str, int]] = defaultdict(dict)
        self._secrets: dict[str, str] = {}
        self._found: re.Pattern[str] | None = None

    def apply(self, content: Content) -> Content:
        """Return the content without secrets; O(events)."""
        secret = [self._secret_name(traced) for traced in content.sites]
        named = [
            (site, thread, self._named(literal, secret[site]) if secret[site] or type(literal) is list else literal, moment)
            for site, thread, literal, moment in content.events
        ]
        if self._secrets:
            self._found = _compile("|".join(map(_escape, sorted(self._secrets, key=len, reverse=True))))
            named = [(site, thread, self._elsewhere(literal), moment) for site, thread, literal, moment in named]
        return content._replace(events=named, redacted=self.count)

    def text(self, text: str) -> str:
        """Return a text, e.g. the message of the failure, without what was redacted and without what is assigned to secret names."""
        if self._found is not None:
            text = self._found.sub(f"<{TAG}>", text)
        return _assignments.sub(_assigned, text)

    def _secret_name(self, traced: TracedSite) -> str:
        return next(filter(is_secret, self.names.of(traced.site)), "")

    def _named(self, literal: Literal, name: str) -> Literal:
        """Replace a literal that has a secret name, and items of it that have one."""
        if name and not _is_harmless(literal):
            return self._replaced(literal, name)
        return self._inside(literal) if type(literal) is list else literal

    def _inside(self, literal: list[Any]) -> Literal:
        items: list[Any] = literal[1] if literal and literal[0] in _SEQUENCES else []
        if len(items) == 2 and type(items[0]) is str and is_secret(items[0]):  # a header, an item of a mapping
            return [literal[0], [items[0], self._named(items[1], items[0])]]
        return _rebuilt(literal, lambda item: self._named(item, ""), self._pair)

    def _pair(self, key: Literal, value: Literal) -> list[Literal]:
        return [self._named(key, ""), self._named(value, key if type(key) is str and is_secret(key) else "")]

    def _replaced(self, literal: Literal, name: str) -> Literal:
        for text in _texts_of(literal):
            if len(text) >= SHORTEST and len(self._secrets) < MOST_SECRETS and text.lower() not in _WORDS:
                self._secrets.setdefault(text, name)
        return self._numbered(literal, name[:_NAME])

    def _numbered(self, literal: Literal, name: str) -> Literal:
        self.count += 1
        numbers = self._numbers[name]
        return [TAG, name, numbers.setdefault(_dumps(literal), len(numbers) + 1)]

    def _elsewhere(self, literal: Literal) -> Literal:
        """Replace what holds a text that is known as a secret by now; whole, since half a value must not be forced either."""
        if type(literal) is list:
            rebuilt = _rebuilt(literal, self._elsewhere, lambda key, value: [self._elsewhere(key), self._elsewhere(value)])
            if rebuilt is not literal or _is_harmless(literal):
                return rebuilt
        found = next(filter(None, map(self._search, _texts_of(literal))), None)
        return literal if found is None else self._numbered(literal, self._secrets[found.group()][:_NAME])

    def _search(self, text: str) -> re.Match[str] | None:
        return self._found.search(text) if self._found is not None else None


def _rebuilt(literal: list[Any], one: Callable[[Literal], Literal], pair: Callable[[Literal, Literal], Literal]) -> Literal:
    """Return a container with other items; what is no container with items as it is."""
    tag = literal[0] if literal else ""
    if tag == "cut":
        tag = literal[1] if len(literal) == 4 else ""
    if tag in _SEQUENCES:
        return [*literal[:-1], [one(item) for item in literal[-1]]]
    if tag in _MAPPINGS:
        return [*literal[:-1], [pair(key, value) for key, value in literal[-1]]]
    return [tag, one(literal[1]), *literal[2:]] if tag in _WRAPPERS else literal


def _is_harmless(literal: Literal) -> bool:
    """Whether a value tells nothing but that there is none, or is code."""
    if type(literal) is not list:
        return literal is None or type(literal) is bool or literal == ""
    return not literal or literal[0] in _HARMLESS_TAGS or (len(literal) == 2 and literal[1] == [])


def _texts_of(literal: Literal) -> Iterator[str]:
    """Yield the texts that a value holds, without tags, names of classes and attributes, and the keys of mappings."""
    if type(literal) is str:
        yield literal
        return
    held: list[Literal] = []
    if type(literal) is list and _rebuilt(literal, held.append, lambda _, value: held.append(value)) is literal:
        held = [] if not literal or literal[0] in _NAMED_TAGS else [item for item in literal[1:] if type(item) is str]
    for item in held:
        yield from _texts_of(item)


def _assigned(match: re.Match[str]) -> str:
    name, rest = match.groups()
    return f"{name}{rest[: _length(_between(rest))]}<{TAG}>" if is_secret(name) else match.group()


def _length(match: re.Match[str] | None) -> int:
    return match.end() if match is not None else 0
