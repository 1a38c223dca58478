"""What the user asked for: inputs beat the configuration file, which beats the defaults.

Every wrong value becomes one line that names it and the way out; all of them are reported at once.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, TypeVar

from flakebot.configfile import Config, read_config
from flakebot.errors import UsageError
from flakebot.rules import Rule

T = TypeVar("T")
D = TypeVar("D")
DEFAULT_CONFIG = ".github/flakebot.yml"
RULE_KEYS = ("ignore", "budget", "install")


class Mode(str, Enum):
    """Which part of the work is done here."""

    AUTO = "auto"
    DIAGNOSE = "diagnose"
    PUBLISH = "publish"


class Comment(str, Enum):
    """Which findings become review comments."""

    FLAKY = "flaky"
    ALL = "all"
    NONE = "none"


class Finding(str, Enum):
    """What `fail-on` may name."""

    FLAKY = "flaky"
    CONFIRMED = "confirmed"
    CONSISTENT_FAILURE = "consistent-failure"
    NOT_REPRODUCED = "not-reproduced"
    ERROR = "error"


class Shard(NamedTuple):
    """The i-th of n parts of the failed tests, i from 1."""

    number: int
    total: int


class Input(NamedTuple):
    """One input of the action: its default as action.yml states it."""

    name: str
    default: str = ""
    in_file: bool = True  # whether the configuration file may set it


# The order is that of action.yml and of the README's table; a test compares the three.
INPUTS = (
    Input("junit"),
    Input("github-token", "${{ github.token }}", in_file=False),
    Input("mode", "auto"),
    Input("reports"),
    Input("python-version"),
    Input("install"),
    Input("apt"),
    Input("cache-folder"),
    Input("working-directory", "."),
    Input("pytest-args"),
    Input("runs", "4"),
    Input("timeout", "30"),
    Input("budget", "60"),
    Input("traces"),
    Input("upload-traces", "false"),
    Input("max-tests", "20"),
    Input("max-comments", "10"),
    Input("shard"),
    Input("config", DEFAULT_CONFIG, in_file=False),
    Input("artifact-name"),
    Input("retention-days"),
    Input("comment", "flaky"),
    Input("fail-on"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Checked values of all inputs.

    Attributes:
        junit, reports: paths and globs, relative to the working directory.
        token: of GitHub, "" where none was given; never shown.
        python: version, constraint or path of an interpreter; "" for what the project asks for.
        install: shell commands, "" for detection.
        apt: names of Debian packages.
        cache_folder: for wheels and interpreters, relative to the workspace; "" for one in HOME.
        working_directory: relative to the workspace, forward slashes, "." for the workspace itself.
        traces: folder of recorded traces, relative to the working directory, forward slashes; "" for none.
        upload_traces: whether they become part of the artifact.
        timeout, budget: seconds for one run, and for the diagnosis of one test.
        artifact_name: "" for a name made of job and attempt.
        retention_days: None for the repository's default.
        fail_on: the findings that end the program with exit code 1.
        rules: of the configuration file, for some paths.
    """

    junit: tuple[str, ...]
    token: str = field(repr=False)
    mode: Mode
    reports: tuple[str, ...]
    python: str
    install: str
    apt: tuple[str, ...]
    cache_folder: str
    working_directory: str
    pytest_args: tuple[str, ...]
    runs: int
    timeout: float
    budget: float
    traces: str
    upload_traces: bool
    max_tests: int
    max_comments: int
    shard: Shard | None
    artifact_name: str
    retention_days: int | None
    comment: Comment
    fail_on: frozenset[Finding]
    rules: tuple[Rule, ...] = ()


class _Values:
    """Inputs over the configuration file over defaults; collects what is wrong."""

    def __init__(self, inputs: Mapping[str, str], config: Mapping[str, str], where: Mapping[str, str]) -> None:
        self._inputs, self._config, self._where = inputs, config, where
        self.wrong: list[str] = []

    def read(self, name: str, parse: Callable[[str], T], default: D, in_file: Callable[[str], T] | None = None) -> T | D:
        """Return a value, the default if it is not given or wrong; `in_file` parses that of the configuration file, if stricter."""
        text = self._inputs.get(name, "")
        source = f"input {name}"
        if not text and name in self._config:
            text, source, parse = self._config[name], f"{self._where[name]}: {name}", in_file or parse
        try:
            return parse(text) if text else default
        except ValueError as error:
            shown = text if len(text) <= 60 else text[:57] + "..."
            self.wrong.append(f"{source}: {error}, not {shown!r}")
            return default


def load_settings(environ: Mapping[str, str], workspace: Path) -> Settings:
    """Read the inputs and the configuration file.

    Args:
        environ: the environment with `INPUT_<NAME>` (upper case, hyphens stay); an empty value means not given.
        workspace: the checked-out repository, where the configuration file is looked for.

    Raises:
        UsageError: with a line per wrong value.
    """
    inputs = {one.name: given(environ, one.name) for one in INPUTS}
    # A default of action.yml arrives like a value that the user wrote; it must not beat the configuration file.
    explicit = {one.name: inputs[one.name] for one in INPUTS if inputs[one.name] != one.default or not one.in_file}
    config = read_config(workspace, inputs["config"] or DEFAULT_CONFIG, required=inputs["config"] not in ("", DEFAULT_CONFIG))
    known = [one.name for one in INPUTS if one.in_file]
    wrong = [*config.problems, *(f"{config.where[name]}: {_unknown(name, known)}" for name in config.values if name not in known)]
    values = _Values(explicit, config.values, config.where)
    settings = replace(_settings(values), rules=tuple(_rules(config, wrong)))
    wrong += values.wrong or _missing(settings)
    if wrong:
        raise UsageError("\n".join(wrong))
    return settings


def given(environ: Mapping[str, str], name: str) -> str:
    """Return an input as the runner hands it over, stripped; "" if it was not given."""
    return environ.get(f"INPUT_{name.upper().replace(' ', '_')}", "").strip()


def _settings(values: _Values) -> Settings:
    return Settings(
        junit=values.read("junit", _lines, (), in_file=_lines_inside),
        token=values.read("github-token", str, ""),
        mode=values.read("mode", _one_of(Mode), Mode.AUTO),
        reports=values.read("reports", _lines, (), in_file=_lines_inside),
        python=values.read("python-version", _python, ""),
        install=values.read("install", str, ""),
        apt=values.read("apt", _packages, ()),
        cache_folder=values.read("cache-folder", _subfolder, ""),
        working_directory=values.read("working-directory", _folder, "."),
        pytest_args=values.read("pytest-args", _arguments, ()),
        runs=values.read("runs", _whole(1, 10_000), 4),
        timeout=values.read("timeout", _seconds, 30.0),
        budget=values.read("budget", _seconds, 60.0),
        traces=values.read("traces", _folder, ""),
        upload_traces=values.read("upload-traces", _yes_or_no, default=False),
        max_tests=values.read("max-tests", _whole(1, 1_000), 20),
        max_comments=values.read("max-comments", _whole(0, 30), 10),
        shard=values.read("shard", _shard, None),
        artifact_name=values.read("artifact-name", _artifact_name, ""),
        retention_days=values.read("retention-days", _whole(1, 400), None),
        comment=values.read("comment", _one_of(Comment), Comment.FLAKY),
        fail_on=values.read("fail-on", _findings, frozenset()),
    )


def _rules(config: Config, wrong: list[str]) -> Iterator[Rule]:
    for pattern, section in config.paths.items():
        values = _Values({}, section.values, section.where)
        wrong += (f"{section.where[name]}: {_unknown(name, list(RULE_KEYS))}" for name in section.values if name not in RULE_KEYS)
        yield Rule(
            pattern,
            ignore=values.read("ignore", _yes_or_no, None),
            budget=values.read("budget", _seconds, None),
            install=values.read("install", str, None),
        )
        wrong += values.wrong


def _missing(settings: Settings) -> list[str]:
    if settings.mode is Mode.PUBLISH and not settings.reports:
        return ["input reports: mode publish needs the JSON reports to publish, e.g. reports/*.json"]
    if settings.mode is Mode.DIAGNOSE and not settings.junit:
        return ["input junit: mode diagnose needs the JUnit reports of the failed job, e.g. reports/junit.xml"]
    if not settings.junit and not settings.reports:
        return [
            "input junit: give the JUnit reports of the failed job, e.g. reports/junit.xml (or reports made elsewhere by input reports)"
        ]
    return []


def _unknown(name: str, known: list[str]) -> str:
    if name in {"github-token", "config"}:
        return f"{name} can only be given as an input of the action"
    alike = [one for one in known if one.replace("-", "") == name.replace("-", "").replace("_", "").lower()]
    return f"unknown key {name!r}; " + (f"did you mean {alike[0]}?" if alike else f"known are {', '.join(known)}")


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _lines_inside(text: str) -> tuple[str, ...]:
    """Whoever opened the pull request may have written the configuration file; inputs may name files anywhere."""
    lines = _lines(text)
    if any(PurePosixPath(line).is_absolute() or ".." in PurePosixPath(line).parts for line in lines):
        raise ValueError("must be files inside the repository, as relative paths")
    return lines


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError("must be true or false")
    return text.lower() == "true"


def _packages(text: str) -> tuple[str, ...]:
    names = tuple(re.split(r"[\s,]+", text))
    # apt takes `name-` as an order to remove it, and paths as files to install.
    if not all(re.fullmatch(r"[a-z0-9][a-z0-9.+-]{0,98}[a-z0-9+]", name) for name in names):
        raise ValueError("must be names of Debian packages, such as libpq-dev")
    return names


def _subfolder(text: str) -> str:
    folder = _folder(text)
    if folder == ".":
        raise ValueError("must be a folder of its own inside the repository, as a relative path")
    return folder


def _one_of(kind: type[Any]) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        try:
            return kind(text.lower())
        except ValueError:
            raise ValueError(f"must be one of {', '.join(one.value for one in kind)}") from None

    return parse


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return parse


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text) or not 0 < float(text) <= 86_400:
        raise ValueError("must be a number of seconds above 0, at most 86400")
    return float(text)


def _python(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.,<>=!~*+@ -]{1,60}", text) and not Path(text).is_absolute():
        raise ValueError("must be a version such as 3.12, a constraint such as >=3.11, or the absolute path of an interpreter")
    return text


def _folder(text: str) -> str:
    path = PurePosixPath(text.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\0" in text:
        raise ValueError("must be a folder inside the repository, as a relative path")
    return str(path)


def _arguments(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise ValueError(f"must be arguments as a shell takes them ({error})") from None


def _shard(text: str) -> Shard:
    match = re.fullmatch(r"([0-9]{1,4})\s*/\s*([0-9]{1,4})", text)
    shard = Shard(int(match[1]), int(match[2])) if match else Shard(0, 0)
    if not 1 <= shard.number <= shard.total:
        raise ValueError("must be i/n with i from 1 to n, such as 1/8")
    return shard


def _artifact_name(text: str) -> str:
    if re.search(r'[":<>|*?\r\n\\/]', text) or len(text) > 200:
        raise ValueError('must be at most 200 characters without " : < > | * ? \\ / and line breaks')
    return text


def _findings(text: str) -> frozenset[Finding]:
    names = [name for name in re.split(r"[\s,]+", text.lower()) if name and name != "none"]
    try:
        return frozenset(Finding(name) for name in names)
    except ValueError:
        raise ValueError(f"must be none or a list of {', '.join(one.value for one in Finding)}") from None
