"""Projects of Poetry and PDM: what they depend on, and the versions that their lock fixes; pure.

Their own programs are not needed for it: uv resolves what the project asks for, with the locked versions as constraints.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flakebot.environment import declared

LOCKS = ("poetry.lock", "pdm.lock")
_NAME = re.compile(r'^name = "([A-Za-z0-9][A-Za-z0-9._-]{0,100})"$', re.MULTILINE)
_VERSION = re.compile(r'^version = "([A-Za-z0-9][A-Za-z0-9.!+_-]{0,60})"$', re.MULTILINE)
# What does not come from an index has a version that no index knows.
_ELSEWHERE = re.compile(r'^(?:type = "(?:git|directory|file|url)"|(?:git|path|url) = ")', re.MULTILINE)
_SPECIFIER = re.compile(r"[0-9.,<>=!~*\sa-z-]{1,80}")


def constraints(files: Mapping[str, str]) -> tuple[str, ...]:
    """Return `name==version` for what the lock fixes, sorted; packages with several versions or from elsewhere are left out."""
    text = next((files[name] for name in LOCKS if name in files), "")
    found: dict[str, set[str]] = {}
    for block in text.split("[[package]]")[1:]:
        name, version = _NAME.search(block), _VERSION.search(block)
        if name and version:
            found.setdefault(name[1].lower(), set()).add("" if _ELSEWHERE.search(block) else version[1])
    return tuple(f"{name}=={version}" for name in sorted(found) for version in found[name] if len(found[name]) == 1 and version)


def poetry_arguments(files: Mapping[str, str]) -> tuple[str, ...]:
    """Return arguments for pip that install a project as Poetry would: itself, and what its groups for development list."""
    poetry = declared.table(declared.pyproject(files), "tool", "poetry")
    extras = declared.extras(files) or declared.test_names(declared.table(poetry, "extras"))
    listed = f"[{','.join(extras)}]" if extras else ""
    package = "build-system" in declared.pyproject(files) and poetry.get("package-mode") is not False
    own = ("-e", f".{listed}") if package else tuple(_poetry_requirements(declared.table(poetry, "dependencies")))
    groups = declared.table(poetry, "group")
    wanted = [declared.table(groups, name, "dependencies") for name in _wanted(groups)]
    return (*own, *(word for group in [declared.table(poetry, "dev-dependencies"), *wanted] for word in _poetry_requirements(group)))


def pdm_arguments(files: Mapping[str, str]) -> tuple[str, ...]:
    """Return what PDM's own table of development dependencies lists for tests, all of it where no group has such a name."""
    groups = declared.table(declared.pyproject(files), "tool", "pdm", "dev-dependencies")
    names = declared.test_names(groups) or tuple(groups)
    items = [one for name in names for one in groups[name] if isinstance(groups[name], list)]
    return tuple(one for one in items if isinstance(one, str) and re.fullmatch(r"[A-Za-z0-9][^\r\n\0]{0,300}", one))


def _wanted(groups: Mapping[str, Any]) -> Iterable[str]:
    """Groups that are not optional, as Poetry installs them, and those for tests."""
    tests = declared.test_names(groups)
    return [name for name in groups if name in tests or declared.table(groups, name).get("optional") is not True]


def _poetry_requirements(dependencies: Mapping[str, Any]) -> Iterator[str]:
    for name, wanted in dependencies.items():
        if name == "python" or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}", name):
            continue
        told = wanted if isinstance(wanted, dict) else {"version": wanted}
        if told.get("optional") is not True:
            yield from _requirement(name, told)


def _requirement(name: str, told: Mapping[str, Any]) -> Iterator[str]:
    path, git = told.get("path"), told.get("git")
    if isinstance(path, str):
        if re.fullmatch(r"[\w.][\w./-]{0,200}", path):
            yield from ("-e", f"./{path}") if told.get("develop") is True else (f"./{path}",)
    elif isinstance(git, str):
        revision = next((str(told[key]) for key in ("rev", "tag", "branch") if key in told), "")
        if re.fullmatch(r"https://[\w./@:-]{1,200}", git) and re.fullmatch(r"[\w./-]{0,100}", revision):
            yield f"{name} @ git+{git}{f'@{revision}' if revision else ''}"
    else:
        extras = ",".join(_extras(told.get("extras")))
        yield f"{name}{f'[{extras}]' if extras else ''}{specifier(told.get('version'))}"


def _extras(found: object) -> list[str]:
    return [one for one in found if isinstance(one, str) and re.fullmatch(r"[\w.-]{1,60}", one)] if isinstance(found, list) else []


def specifier(version: object) -> str:
    """Return a version constraint of Poetry as pip writes it; "" for any version, and for what has no such form."""
    if not isinstance(version, str):
        return ""
    text = version.strip()
    if match := re.fullmatch(r"[\^~](\d+)(?:\.(\d+))?((?:\.\d+)*)", text):
        major, minor, rest = int(match[1]), match[2], match[3]
        lower = f"{major}{f'.{minor}' if minor is not None else ''}{rest}"
        # The first number that is not zero must stay; after a tilde the second one too.
        keeps_minor = minor is not None and (text[0] == "~" or major == 0)
        upper = f"{major}.{int(minor or 0) + 1}" if keeps_minor else f"{major + 1}"
        return f">={lower},<{upper}"
    if re.fullmatch(r"\d+(\.\d+)*(\.\*)?", text):
        return f"=={text}"
    return text.replace(" ", "") if text != "*" and "||" not in text and _SPECIFIER.fullmatch(text) else ""
