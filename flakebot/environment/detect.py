"""Decide from a project's files which Python it wants and how it is installed; no effects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flakebot.environment import declared, locked

PYTEST = "pytest>=7.4"

Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InstallPlan:
    """How a project gets into a virtual environment.

    Attributes:
        commands: arguments of `uv`, in order, run in the project folder with that environment active.
        reason: for people, why these.
        script: shell commands to run in place of detected ones, "" if detected.
        constraints: `name==version` that hold for `commands`, except for the last, which is ours.
    """

    commands: tuple[Command, ...]
    reason: str
    script: str = ""
    constraints: tuple[str, ...] = ()


def detect(files: Mapping[str, str], install: str = "", scripts: Sequence[str] = ()) -> InstallPlan:
    """Decide how to install a project.

    Args:
        files: path relative to the project folder -> text, as `read_project` returns it.
        install: shell commands of the user, which beat detection.
        scripts: texts of the failed tests' files, which may declare what they need in themselves (PEP 723).

    Returns:
        A plan that ends with pytest in the environment, new enough for the tracer.
    """
    plan = InstallPlan((), "input install", install) if install else _detected(files)
    own = tuple(dict.fromkeys(one for text in scripts for one in declared.script_requirements(text)))
    reason = f"{plan.reason}, and what the tests' files declare themselves" if own else plan.reason
    # One resolution with what is declared inline, so that the two agree on pytest.
    return replace(plan, commands=(*plan.commands, ("pip", "install", PYTEST, *own)), reason=reason)


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
    if version := re.search(r"[/\\](Python|PyPy)[/\\](\d+\.\d+)[.\d]*[/\\]", f"{job}/"):
        # The patch release of the job may be one that uv does not offer.
        return f"{'pypy' if version[1] == 'PyPy' else ''}{version[2]}", "the Python that the job set up"
    if pinned := declared.pinned_python(files):
        return pinned, ".python-version"
    wanted, where = declared.required_python(files)
    return (wanted, where) if wanted else ("", "the project names none")


def _detected(files: Mapping[str, str]) -> InstallPlan:
    content = declared.pyproject(files)
    poetry, pdm = declared.table(content, "tool", "poetry"), declared.table(content, "tool", "pdm")
    if "uv.lock" in files and "project" in content:
        return _uv(files)
    if "poetry.lock" in files or "group" in poetry or "dev-dependencies" in poetry:
        return _poetry(files)
    if "pdm.lock" in files or "dev-dependencies" in pdm:
        return _pdm(files)
    return _pip(files)


def _uv(files: Mapping[str, str]) -> InstallPlan:
    extras, groups = declared.extras(files), declared.groups(files)
    workspace = declared.table(declared.pyproject(files), "tool", "uv").get("workspace")
    options = [*_each("--extra", extras), *_each("--group", groups), *(["--all-packages"] * bool(workspace))]
    return InstallPlan((("sync", "--frozen", *options),), f"uv.lock{_with(extras, groups)}")


def _poetry(files: Mapping[str, str]) -> InstallPlan:
    command = ("pip", "install", *locked.poetry_arguments(files), *_each("--group", declared.groups(files)))
    return InstallPlan((command,), _as("tool.poetry of pyproject.toml", "poetry.lock", files), constraints=locked.constraints(files))


def _pdm(files: Mapping[str, str]) -> InstallPlan:
    found = [argument for _, arguments in _project(files) for argument in arguments]
    command = ("pip", "install", *found, *locked.pdm_arguments(files))
    return InstallPlan((command,), _as("tool.pdm of pyproject.toml", "pdm.lock", files), constraints=locked.constraints(files))


def _as(what: str, lock: str, files: Mapping[str, str]) -> str:
    return f"{what}, at the versions of {lock}" if lock in files else what


def _pip(files: Mapping[str, str]) -> InstallPlan:
    found = [*_requirements(files), *_project(files), *_tox(files)]
    if not found:
        hint = "; noxfile.py is not read" if "noxfile.py" in files else ""
        return InstallPlan((), f"nothing to install found, so pytest only{hint}; the input install takes commands")
    # One resolution: requirements of different files must agree.
    reason = " and ".join(name for name, _ in found)
    return InstallPlan((("pip", "install", *(argument for _, arguments in found for argument in arguments)),), reason)


def _project(files: Mapping[str, str]) -> Iterable[tuple[str, Command]]:
    content = declared.pyproject(files)
    extras, groups = declared.extras(files), declared.groups(files)
    listed = f"[{','.join(extras)}]" if extras else ""
    if "build-system" in content or "setup.py" in files or "[options]" in files.get("setup.cfg", ""):
        yield f"the project itself{_with(extras, ())}", ("-e", f".{listed}")
    elif declared.table(content, "project").get("dependencies") or extras:
        # Without a build system a project is often no package, and building it would fail.
        yield f"dependencies of pyproject.toml{_with(extras, ())}", ("-r", "pyproject.toml", *_each("--extra", extras))
    if groups:
        yield f"dependency groups {', '.join(groups)}", _each("--group", groups)


def _requirements(files: Mapping[str, str]) -> Iterable[tuple[str, Command]]:
    for name in sorted(files):
        folder, _, file = name.rpartition("/")
        words = set(re.split(r"[-_.]", file.removesuffix(".txt").lower())) - {"requirements", ""}
        meant = words <= {*declared.TEST_NAMES, "base"}
        if name.endswith(".txt") and (folder == "requirements" or "requirements" in file.lower()) and meant:
            yield name, ("-r", name)


def _tox(files: Mapping[str, str]) -> Iterable[tuple[str, Command]]:
    """Tox says what tests need where nothing else does."""
    told = declared.extras(files) or declared.groups(files) or any(name for name, _ in _requirements(files) if name != "requirements.txt")
    found = () if told else declared.tox_requirements(files)
    if found:
        yield "deps of tox.ini", found


def _with(extras: tuple[str, ...], groups: tuple[str, ...]) -> str:
    parts = [f"extras {', '.join(extras)}"] * bool(extras) + [f"groups {', '.join(groups)}"] * bool(groups)
    return f" with {' and '.join(parts)}" if parts else ""


def _each(option: str, values: Iterable[str]) -> Command:
    return tuple(word for value in values for word in (option, value))
