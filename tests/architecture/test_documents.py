"""What the documents say is true: links lead somewhere, commands parse, versions agree."""

from __future__ import annotations

import argparse
import json
import re
import shlex
from pathlib import Path

import pytest

import flakemark
from flakemark import plugin
from flakemark.model import DivergenceType

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "tests/README.md", "benchmarks/README.md", "flakebot/**/*.md")
    for path in ROOT.glob(pattern)
    if "project" not in path.parts
)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(`{3,}).*?^\1", re.MULTILINE | re.DOTALL)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(path: Path) -> set[str]:
    """The anchors that a forge makes from the headings of a Markdown file."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_relative_links_lead_somewhere(path: Path) -> None:
    dead = []
    for target in LINK.findall(FENCE.sub("", path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name) if name else path
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_quoted_make_targets_exist(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (targets,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    quoted = set(re.findall(r"(?:^ *|`)make ([a-z]+)\b", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert quoted - set(targets.split()) == set()


SYNOPSIS = re.compile(r"\s\[|\.\.\.|\b(FILE|DIR|GLOB|N|S|REPORT)\b")


def quoted_commands(program: str) -> list[tuple[str, str]]:
    """(document, command) for every complete command in a code block; a synopsis is none."""
    found = []
    for path in DOCUMENTS:
        lines = re.findall(rf"^(?: {{4}})?({program} .*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        found += [(relative(path), line) for line in lines if not SYNOPSIS.search(line)]
    return found


@pytest.mark.parametrize(("document", "line"), quoted_commands("flakemark"))
def test_quoted_flakemark_commands_parse(document: str, line: str) -> None:
    from flakemark.command.parser import parse

    assert callable(parse(shlex.split(line)[1:]).command)


@pytest.mark.parametrize(("document", "line"), quoted_commands("flakebot"))
def test_quoted_flakebot_commands_parse(document: str, line: str) -> None:
    from flakebot.__main__ import _parser

    assert _parser().parse_args(shlex.split(line)[1:]).command in {"run", "demo"}


@pytest.mark.parametrize(("document", "line"), quoted_commands("pytest"))
def test_quoted_pytest_commands_parse(document: str, line: str) -> None:
    parser = argparse.ArgumentParser(exit_on_error=False)
    group = argparse.Namespace(addoption=parser.add_argument)
    plugin.pytest_addoption(argparse.Namespace(getgroup=lambda *_: group))
    ours = [word for word in shlex.split(line)[1:] if word.startswith("--flakemark")]
    _, unknown = parser.parse_known_args(ours)
    assert unknown == []


def test_the_documents_show_every_interface() -> None:
    shown = {program: {line for _, line in quoted_commands(program)} for program in ("flakemark", "flakebot", "pytest")}
    assert any(line.startswith("flakemark diagnose") for line in shown["flakemark"])
    assert any(line.startswith("flakemark replay") for line in shown["flakemark"])
    assert any(line.startswith("flakebot run") for line in shown["flakebot"])
    assert any(line.startswith("flakebot demo") for line in shown["flakebot"])
    assert any("--flakemark-diagnose" in line for line in shown["pytest"])


def names_in(schema: object) -> set[str]:
    """All property names and enumerated values of a JSON Schema."""
    if isinstance(schema, list):
        return set().union(*map(names_in, schema))
    if not isinstance(schema, dict):
        return set()
    inside = set().union(*map(names_in, schema.values()))
    return inside | set(schema.get("properties", ())) | set(schema.get("enum", ()))


def test_the_schema_page_names_every_field_and_value() -> None:
    schema = json.loads((ROOT / "flakemark" / "report" / "schema.json").read_text(encoding="utf-8"))
    words = set(re.findall(r"\w+", (ROOT / "docs" / "report-schema.md").read_text(encoding="utf-8")))
    assert names_in(schema) - words == set()


def test_the_glossary_explains_every_divergence_type() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert [kind.value for kind in DivergenceType if f"`{kind.value}`" not in text] == []


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    """All long options of a parser and its commands, without --help and --version."""
    found = set()
    for action in parser._actions:
        found |= {option for option in action.option_strings if option.startswith("--")}
        if isinstance(action, argparse._SubParsersAction):
            found |= set().union(*map(options_of, action.choices.values()))
    return found - {"--help", "--version"}


def test_the_guide_explains_every_option_of_the_command() -> None:
    from flakemark.command.parser import build_parser

    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    assert [option for option in sorted(options_of(build_parser())) if f"`{option}" not in guide and f"[{option}" not in guide] == []


def test_the_readme_explains_every_option_of_the_plugin() -> None:
    parser = argparse.ArgumentParser()
    plugin.pytest_addoption(argparse.Namespace(getgroup=lambda *_: argparse.Namespace(addoption=parser.add_argument)))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [option for option in sorted(options_of(parser)) if f"| `{option}" not in readme] == []


def test_the_changelog_has_a_place_for_what_comes_next_or_names_this_version() -> None:
    headings = re.findall(r"^## \[?([^\]\s]+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings
    assert headings[0] in {"Unreleased", flakemark.__version__}


def test_the_version_is_told_once() -> None:
    declared = re.search(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert declared
    assert declared.group(1) == flakemark.__version__


def test_the_four_main_documents_exist() -> None:
    assert [name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md") if not (ROOT / name).exists()] == []


def test_every_invariant_names_a_check_that_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    _, _, section = text.partition("## Invariants")
    assert section
    files = re.findall(r"`((?:tests|\.ci|pyproject)[\w./]*)(?:::(\w+))?`", section)
    assert files
    missing = [
        name for name, test in files if not (ROOT / name).exists() or (test and test not in (ROOT / name).read_text(encoding="utf-8"))
    ]
    assert missing == []
