"""Decide from a project's files which Python it wants and how it is installed; no effects."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

PYTEST = "pytest>=7.4"
# How projects call what their tests need, likeliest first.
_TEST_NAMES = ("test", "tests", "testing", "dev", "develop", "development", "ci")
# From 3.11 on part of the standard library; before, pytest brings the backport.
_TOML = "tomllib" if sys.version_info >= (3, 11) else "tomli"

Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InstallPlan:
    """How a project gets into a virtual environment.

    Attributes:
        commands: arguments of `uv`, in order, run in the project folder with that environment active.
        reason: for people, why these.
        script: shell commands to run in place of detected ones, "" if detected.
    """

    commands: tuple[Command, ...]
    reason: str
    script: str = ""


def detect(files: Mapping[str, str], install: str = "") -> InstallPlan:
    """Decide how to install a project.

    Args:
        files: path relative to the project folder -> text, as `read_project` returns it.
        install: shell commands of the user, which beat detection.

    Returns:
        A plan that ends with pytest in the environment, new enough for the tracer.
    """
    plan = _explicit(install) if install else _detected(files)
    return InstallPlan((*plan.commands, ("pip", "install", PYTEST)), plan.reason, plan.script)


def python_request(files: Mapping[str, str], *, asked: str = "", job: str = "") -> tuple[str, str]:
    """Decide which Python to run the tests with.

    Args:
        files: as for `detect`.
        asked: the input python-version.
        job: path of the Python that the job set up (setup-python's `pythonLocation`), "" if unknown.

    Returns:
        A request as uv takes it ("" for any Python), and where it comes from.
    """
    if asked:
        return asked, "input python-version"
    if version := re.search(r"[/\\]Python[/\\](\d+\.\d+\.\d+)[/\\]", f"{job}/"):
        # The patch release of the job may be one that uv does not offer.
        return version[1].rpartition(".")[0], "the Python that the job set up"
    if pinned := _pinned(files.get(".python-version", "")):
        return pinned, ".python-version"
    wanted = _table(_toml(files), "project").get("requires-python")
    if isinstance(wanted, str) and re.fullmatch(r"[0-9.,<>=!~*\s]{1,80}", wanted):
        return wanted.replace(" ", ""), "requires-python of pyproject.toml"
    return "", "the project names none"


def _explicit(script: str) -> InstallPlan:
    return InstallPlan((), "input install", script)


def _detected(files: Mapping[str, str]) -> InstallPlan:
    pyproject = _toml(files)
    if "uv.lock" in files and "project" in pyproject:
        extras, groups = _extras(pyproject), _groups(pyproject)
        options = [*_each("--extra", extras), *_each("--group", groups)]
        return InstallPlan((("sync", "--frozen", *options),), f"uv.lock{_with(extras, groups)}")
    found = [*_requirements(files), *_project(files, pyproject)]
    if not found:
        return InstallPlan((), "nothing to install found, so pytest only; the input install takes commands")
    # One resolution: requirements of different files must agree.
    return InstallPlan((("pip", "install", *(argument for _, arguments in found for argument in arguments)),), _names(found))


def _project(files: Mapping[str, str], pyproject: dict[str, Any]) -> Iterable[tuple[str, Command]]:
    extras, groups = _extras(pyproject), _groups(pyproject)
    listed = f"[{','.join(extras)}]" if extras else ""
    if "build-system" in pyproject or "setup.py" in files or "[options]" in files.get("setup.cfg", ""):
        yield f"the project itself{_with(extras, ())}", ("-e", f".{listed}")
    elif _table(pyproject, "project").get("dependencies") or extras:
        # Without a build system a project is often no package, and building it would fail.
        yield f"dependencies of pyproject.toml{_with(extras, ())}", ("-r", "pyproject.toml", *_each("--extra", extras))
    if groups:
        yield f"dependency groups {', '.join(groups)}", _each("--group", groups)


def _requirements(files: Mapping[str, str]) -> Iterable[tuple[str, Command]]:
    for name in sorted(files):
        folder, _, file = name.rpartition("/")
        words = set(re.split(r"[-_.]", file.removesuffix(".txt").lower())) - {"requirements", ""}
        if name.endswith(".txt") and (folder == "requirements" or "requirements" in file.lower()) and words <= {*_TEST_NAMES, "base"}:
            yield name, ("-r", name)


def _extras(pyproject: dict[str, Any]) -> tuple[str, ...]:
    return _test_names(_table(pyproject, "project", "optional-dependencies"))


def _groups(pyproject: dict[str, Any]) -> tuple[str, ...]:
    return _test_names(_table(pyproject, "dependency-groups"))


def _test_names(names: Iterable[str]) -> tuple[str, ...]:
    known = {name.lower().replace("_", "-"): name for name in names if re.fullmatch(r"[A-Za-z0-9._-]{1,60}", name)}
    return tuple(known[name] for name in _TEST_NAMES if name in known)


def _names(found: Iterable[tuple[str, Command]]) -> str:
    return " and ".join(name for name, _ in found)


def _with(extras: tuple[str, ...], groups: tuple[str, ...]) -> str:
    parts = [f"extras {', '.join(extras)}"] * bool(extras) + [f"groups {', '.join(groups)}"] * bool(groups)
    return f" with {' and '.join(parts)}" if parts else ""


def _each(option: str, values: Iterable[str]) -> Command:
    return tuple(word for value in values for word in (option, value))


def _pinned(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return lines[0] if lines and re.fullmatch(r"[0-9A-Za-z.@+-]{1,40}", lines[0]) else ""


def _toml(files: Mapping[str, str]) -> dict[str, Any]:
    toml = import_module(_TOML)
    try:
        found: dict[str, Any] = toml.loads(files.get("pyproject.toml", ""))
    except (ValueError, RecursionError):  # the installer will say what is wrong with it
        return {}
    return found


def _table(value: dict[str, Any], *keys: str) -> dict[str, Any]:
    for key in keys:
        inner = value.get(key)
        value = inner if isinstance(inner, dict) else {}
    return value
