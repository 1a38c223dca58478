"""Read the configuration file of a repository; whoever opened the pull request may have written it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

MAX_BYTES = 64 * 1024
MAX_PATTERNS, MAX_PATTERN = 100, 200
PATHS = "paths"  # the one key whose value is not plain


@dataclass(frozen=True, slots=True)
class Section:
    """Keys with their values as text.

    Attributes:
        values: key -> text; the items of a list are lines.
        where: key -> "file:line", 1-based.
    """

    values: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Config(Section):
    """The keys of a configuration file.

    Attributes:
        paths: pattern -> the keys below it, of the key `paths`, in the order of the file.
        problems: a line per thing that is wrong with the file itself.
    """

    paths: dict[str, Section] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read_config(workspace: Path, name: str, *, required: bool) -> Config:
    """Read a YAML mapping of plain values.

    Args:
        workspace: the repository; the file and what it links to must lie inside.
        name: path of the file relative to the workspace.
        required: whether a missing file is a problem.
    """
    path = workspace / name
    try:
        if not path.resolve().is_relative_to(workspace.resolve()):
            return Config(problems=(f"{name}: the configuration file must lie inside the repository",))
        if path.exists() and not path.is_file():  # opening a pipe would wait for its other end
            return Config(problems=(f"{name}: not an ordinary file",))
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Config(problems=(f"{name}: no such configuration file; check the input config",) if required else ())
    except (OSError, ValueError) as error:
        return Config(problems=(f"{name}: cannot be read ({getattr(error, 'strerror', None) or error})",))
    if len(content) > MAX_BYTES:
        return Config(problems=(f"{name}: larger than {MAX_BYTES // 1024} KiB",))
    return _parse(name, content)


def _parse(name: str, content: bytes) -> Config:
    try:
        # Nodes instead of values: they know their lines, and no tag of the document is ever constructed.
        root = yaml.compose(content.decode("utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        return Config(problems=(f"{name}{_line_of(error)}: not valid YAML",))
    if root is None:
        return Config()
    if not isinstance(root, yaml.MappingNode):
        return Config(problems=(f"{name}:1: must hold keys and values, e.g. `runs: 8`",))
    config = Config()
    problems = [problem for key, value in root.value for problem in _top_entry(config, name, key, value)]
    return Config(config.values, config.where, config.paths, tuple(problems))


def _top_entry(config: Config, name: str, key: yaml.Node, value: yaml.Node) -> Iterator[str]:
    if key.value != PATHS:
        yield from _entry(config, name, key, value)
    elif not isinstance(value, yaml.MappingNode):
        yield f"{name}:{key.start_mark.line + 1}: {PATHS} must hold patterns with keys below each"
    else:
        for pattern, below in value.value:
            yield from _rule(config, name, pattern, below)


def _rule(config: Config, name: str, pattern: yaml.Node, below: yaml.Node) -> Iterator[str]:
    where = f"{name}:{pattern.start_mark.line + 1}"
    if not isinstance(pattern, yaml.ScalarNode) or not isinstance(below, yaml.MappingNode):
        yield f"{where}: below {PATHS} there must be patterns with keys below each, e.g. `tests/slow/**:` and `budget: 120` below it"
    elif pattern.value in config.paths:
        yield f"{where}: the pattern {pattern.value} is given twice"
    elif len(pattern.value) > MAX_PATTERN or len(config.paths) == MAX_PATTERNS:
        yield f"{where}: {PATHS} takes at most {MAX_PATTERNS} patterns of at most {MAX_PATTERN} characters"
    else:
        section = config.paths[pattern.value] = Section()
        for key, value in below.value:
            yield from _entry(section, name, key, value)


def _entry(config: Section, name: str, key: yaml.Node, value: yaml.Node) -> Iterator[str]:
    where = f"{name}:{key.start_mark.line + 1}"
    if not isinstance(key, yaml.ScalarNode):
        yield f"{where}: a key must be a word"
        return
    text = _text(value)
    if key.value in config.values:
        yield f"{where}: {key.value} is given twice"
    elif text is None:
        yield f"{where}: {key.value} must be a single value or a list of single values"
    else:
        config.values[key.value] = text
        config.where[key.value] = where


def _text(value: yaml.Node) -> str | None:
    if isinstance(value, yaml.ScalarNode):
        return "" if value.tag == "tag:yaml.org,2002:null" else value.value.strip()
    if isinstance(value, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in value.value):
        return "\n".join(item.value.strip() for item in value.value)
    return None


def _line_of(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f":{mark.line + 1}" if mark else ""
