"""What a project's files declare: Python versions, extras, dependency groups, requirements. Pure; the files may say anything."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from configparser import ConfigParser, Error
from importlib import import_module
from typing import Any

# How projects call what their tests need, likeliest first.
TEST_NAMES = ("test", "tests", "testing", "dev", "develop", "development", "ci")
MAX_REQUIREMENTS = 200
# From 3.11 on part of the standard library; before, pytest brings the backport.
_TOML = "tomllib" if sys.version_info >= (3, 11) else "tomli"
_SCRIPT = re.compile(r"^# /// script\s*$\n(?P<body>(?:^#(?: .*)?$\n)+?)^# ///\s*$", re.MULTILINE)
# A requirement as PEP 508 writes it; nothing that begins like an option.
_REQUIREMENT = re.compile(r"[A-Za-z0-9][^\r\n\0]{0,300}")
_TOX_FILE = re.compile(r"-r\s*(?:\{toxinidir\}[/\\])?(?P<path>[A-Za-z0-9][\w./-]{0,200})")


def pyproject(files: Mapping[str, str]) -> dict[str, Any]:
    """Return the content of pyproject.toml, empty if there is none or it is no TOML: the installer will say what is wrong with it."""
    return _toml(files.get("pyproject.toml", ""))


def table(value: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return the table at a path of keys, empty if there is none."""
    for key in keys:
        inner = value.get(key)
        value = inner if isinstance(inner, dict) else {}
    return value


def extras(files: Mapping[str, str]) -> tuple[str, ...]:
    """Return the extras that tests need, of pyproject.toml or setup.cfg, likeliest first."""
    declared = table(pyproject(files), "project", "optional-dependencies")
    return test_names([*declared, *_section(files.get("setup.cfg", ""), "options.extras_require")])


def groups(files: Mapping[str, str]) -> tuple[str, ...]:
    """Return the dependency groups (PEP 735) that tests need."""
    return test_names(table(pyproject(files), "dependency-groups"))


def test_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return those of some names that projects give to what their tests need, likeliest first."""
    known = {name.lower().replace("_", "-"): name for name in names if re.fullmatch(r"[A-Za-z0-9._-]{1,60}", name)}
    return tuple(known[name] for name in TEST_NAMES if name in known)


def pinned_python(files: Mapping[str, str]) -> str:
    """Return the first version of .python-version, "" if there is none that looks like one."""
    lines = [line.strip() for line in files.get(".python-version", "").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    return lines[0] if lines and re.fullmatch(r"[0-9A-Za-z.@+-]{1,40}", lines[0]) else ""


def required_python(files: Mapping[str, str]) -> tuple[str, str]:
    """Return a constraint and the name of what it stands in; two empty texts if the project states none."""
    content = pyproject(files)
    for where, value in (
        ("requires-python of pyproject.toml", table(content, "project").get("requires-python")),
        ("python_requires of setup.cfg", _section(files.get("setup.cfg", ""), "options").get("python_requires")),
    ):
        if isinstance(value, str) and re.fullmatch(r"[0-9.,<>=!~*\s]{1,80}", value):
            return value.replace(" ", ""), where
    poetry = table(content, "tool", "poetry", "dependencies").get("python")
    return (_of_poetry(poetry), "python of tool.poetry.dependencies") if isinstance(poetry, str) and _of_poetry(poetry) else ("", "")


def script_requirements(text: str) -> tuple[str, ...]:
    """Return the dependencies that a script declares in itself (PEP 723), empty without such a block."""
    block = _SCRIPT.search(text)
    if block is None:
        return ()
    content = _toml("\n".join(line[2:] for line in block["body"].splitlines()))
    found = content.get("dependencies")
    return _requirements(found) if isinstance(found, list) else ()


def tox_requirements(files: Mapping[str, str]) -> tuple[str, ...]:
    """Return arguments for pip that stand for `deps` of tox's test environment: requirements, and `-r file`.

    Lines for some factors alone and lines with substitutions are left out: which of them hold is tox's to say.
    """
    lines = [line.strip() for line in _section(files.get("tox.ini", ""), "testenv").get("deps", "").splitlines()]
    found = _requirements(line for line in lines if not re.match(r"[\w{},!.-]+:\s", line) and "{" not in line)
    listed = [match["path"] for match in map(_TOX_FILE.fullmatch, lines) if match and ".." not in match["path"]]
    return (*(word for path in listed for word in ("-r", path)), *found)


def _requirements(found: Iterable[object]) -> tuple[str, ...]:
    plain = [one.strip() for one in found if isinstance(one, str)]
    return tuple(one for one in plain if _REQUIREMENT.fullmatch(one))[:MAX_REQUIREMENTS]


def _of_poetry(constraint: str) -> str:
    """Poetry's caret means at least that version and below the next major one."""
    match = re.fullmatch(r"\^(\d+)((?:\.\d+){0,2})", constraint.strip())
    if match:
        return f">={match[1]}{match[2]},<{int(match[1]) + 1}"
    return constraint.replace(" ", "") if re.fullmatch(r"[0-9.,<>=!~*\s]{1,80}", constraint) else ""


def _section(text: str, name: str) -> dict[str, str]:
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except (Error, ValueError):
        return {}
    return {key: value or "" for key, value in parser.items(name)} if parser.has_section(name) else {}


def _toml(text: str) -> dict[str, Any]:
    toml = import_module(_TOML)
    try:
        found: dict[str, Any] = toml.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found
