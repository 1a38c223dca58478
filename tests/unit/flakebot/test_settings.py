"""Inputs, the configuration file, defaults, and what is said about wrong values."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flakebot.errors import UsageError
from flakebot.rules import Rule, matches, rule_for
from flakebot.settings import INPUTS, RULE_KEYS, Comment, Finding, Mode, Settings, Shard, load_settings

GIVEN = {"INPUT_JUNIT": "reports/junit.xml"}


def load(workspace: Path, config: str = "", **inputs: str) -> Settings:
    if config:
        (workspace / ".github").mkdir()
        (workspace / ".github" / "flakebot.yml").write_text(config)
    return load_settings({**GIVEN, **{f"INPUT_{name.upper().replace('_', '-')}": value for name, value in inputs.items()}}, workspace)


def complaints(workspace: Path, config: str = "", **inputs: str) -> list[str]:
    with pytest.raises(UsageError) as caught:
        load(workspace, config, **inputs)
    return str(caught.value).splitlines()


def test_defaults_are_those_of_the_runner_that_hands_over_every_declared_input(tmp_path: Path) -> None:
    everything = {f"INPUT_{one.name.upper()}": one.default for one in INPUTS if one.name != "github-token"}
    assert load_settings({**everything, **GIVEN}, tmp_path) == load(tmp_path)


def test_what_is_not_given_has_a_default(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert (settings.mode, settings.comment) == (Mode.AUTO, Comment.FLAKY)
    assert (settings.runs, settings.timeout, settings.budget, settings.max_tests, settings.max_comments) == (4, 30.0, 60.0, 20, 10)
    assert (settings.shard, settings.retention_days, settings.fail_on) == (None, None, frozenset())


def test_hyphens_stay_in_the_names_and_white_space_is_stripped(tmp_path: Path) -> None:
    settings = load_settings(
        {"INPUT_JUNIT": "\n a.xml \n\n b/*.xml\n", "INPUT_MAX-TESTS": " 7\n", "INPUT_GITHUB-TOKEN": " t0ken "}, tmp_path
    )
    assert (settings.junit, settings.max_tests, settings.token) == (("a.xml", "b/*.xml"), 7, "t0ken")


def test_the_token_is_not_shown(tmp_path: Path) -> None:
    assert "t0ken" not in repr(load(tmp_path, github_token="t0ken"))


def test_values_are_parsed(tmp_path: Path) -> None:
    settings = load(
        tmp_path, mode="Publish", reports="r/*.json", shard="2 / 8", fail_on="confirmed, consistent-failure", comment="all",
        pytest_args="-k 'a b' -x", retention_days="5", timeout="2.5", working_directory="services/shop/",
    )  # fmt: skip
    assert (settings.mode, settings.shard, settings.comment) == (Mode.PUBLISH, Shard(2, 8), Comment.ALL)
    assert settings.fail_on == {Finding.CONFIRMED, Finding.CONSISTENT_FAILURE}
    assert (settings.pytest_args, settings.retention_days, settings.timeout) == (("-k", "a b", "-x"), 5, 2.5)
    assert settings.working_directory == "services/shop"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", "later"), ("runs", "0"), ("runs", "four"), ("runs", "1e9"), ("timeout", "0"), ("timeout", "-1"), ("timeout", "nan"),
        ("budget", "inf"),
        ("max_tests", "0"), ("max_comments", "31"), ("shard", "9/8"), ("shard", "0/2"), ("shard", "one"),
        ("comment", "yes"), ("fail_on", "rain"),
        ("working_directory", "../other"), ("working_directory", "/etc"), ("traces", "../traces"), ("traces", "/tmp/traces"),
        ("pytest_args", "'open"), ("retention_days", "9999"),
        ("artifact_name", "a/b"), ("upload_traces", "yes"), ("cache_folder", "."), ("cache_folder", "../x"),
        ("apt", "x; reboot"), ("apt", "./local.deb"), ("apt", "-y"), ("apt", "python3-"), ("python_version", "$(reboot)"),
    ],
)  # fmt: skip
def test_a_wrong_value_gives_one_line_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    (line,) = complaints(tmp_path, **{name: value})
    assert line.startswith(f"input {name.replace('_', '-')}: must be ")
    assert repr(value) in line


def test_all_wrong_values_are_reported_at_once(tmp_path: Path) -> None:
    assert len(complaints(tmp_path, runs="x", mode="y", shard="z")) == 3


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ({"junit": ""}, "input junit: give the JUnit reports"),
        ({"mode": "publish"}, "input reports: mode publish needs"),
        ({"mode": "diagnose", "junit": "", "reports": "r.json"}, "input junit: mode diagnose needs"),
    ],
)
def test_what_a_mode_needs_has_to_be_given(tmp_path: Path, inputs: dict[str, str], problem: str) -> None:
    (line,) = complaints(tmp_path, **inputs)
    assert line.startswith(problem)


def test_inputs_beat_the_configuration_file_which_beats_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path, "runs: 9\nbudget: 90\npytest-args: -x\n", runs="12")
    assert (settings.runs, settings.budget, settings.timeout, settings.pytest_args) == (12, 90.0, 30.0, ("-x",))


def test_a_default_that_the_runner_hands_over_does_not_beat_the_configuration_file(tmp_path: Path) -> None:
    assert load(tmp_path, "runs: 9\n", runs="4", mode="auto").runs == 9


def test_a_list_in_the_configuration_file_is_a_value_per_line(tmp_path: Path) -> None:
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "flakebot.yml").write_text("junit:\n  - a.xml\n  - b.xml\n")
    assert load_settings({}, tmp_path).junit == ("a.xml", "b.xml")


@pytest.mark.parametrize(
    ("config", "line"),
    [
        ("runs: 4\nrnus: 5\n", ".github/flakebot.yml:2: unknown key 'rnus'; known are "),
        ("max_tests: 5\n", ".github/flakebot.yml:1: unknown key 'max_tests'; did you mean max-tests?"),
        ("github-token: abc\n", ".github/flakebot.yml:1: github-token can only be given as an input of the action"),
        ("\n\nruns: many\n", ".github/flakebot.yml:3: runs: must be a whole number"),
        ("runs: {a: 1}\n", ".github/flakebot.yml:1: runs must be a single value or a list of single values"),
        ("runs: 1\nruns: 2\n", ".github/flakebot.yml:2: runs is given twice"),
        ("- runs\n", ".github/flakebot.yml:1: must hold keys and values"),
        ("runs: [1\n", ".github/flakebot.yml:2: not valid YAML"),
        ("? [a]\n: 1\n", ".github/flakebot.yml:1: a key must be a word"),
    ],
)
def test_a_wrong_configuration_file_gives_one_line_with_its_number(tmp_path: Path, config: str, line: str) -> None:
    (found,) = complaints(tmp_path, config)
    assert found.startswith(line)


def test_tags_in_the_configuration_file_construct_nothing(tmp_path: Path) -> None:
    (tmp_path / ".github").mkdir()
    target = tmp_path / "made"
    (tmp_path / ".github" / "flakebot.yml").write_text(f"install: !!python/object/apply:os.mkdir ['{target}']\n")
    load_settings(GIVEN, tmp_path)
    assert not target.exists()


def test_a_missing_configuration_file_matters_only_if_it_was_named(tmp_path: Path) -> None:
    assert load(tmp_path).runs == 4
    (line,) = complaints_for_config(tmp_path, "ci/flakebot.yml")
    assert line == "ci/flakebot.yml: no such configuration file; check the input config"


def complaints_for_config(workspace: Path, name: str) -> list[str]:
    with pytest.raises(UsageError) as caught:
        load_settings({**GIVEN, "INPUT_CONFIG": name}, workspace)
    return str(caught.value).splitlines()


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_a_configuration_that_is_no_file_is_said_and_not_waited_for(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "flakebot.yml")
    assert complaints_for_config(tmp_path, "flakebot.yml") == ["flakebot.yml: not an ordinary file"]


def test_a_configuration_file_outside_of_the_repository_is_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yml"
    outside.write_text("runs: 9\n")
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "link.yml").symlink_to(outside)
    for name in ("../outside.yml", "link.yml", str(outside)):
        (line,) = complaints_for_config(workspace, name)
        assert "must lie inside the repository" in line


@pytest.mark.parametrize("key", ["junit", "reports", "traces", "working-directory", "cache-folder"])
@pytest.mark.parametrize("path", ["/etc/passwd", "../secret.xml", "a/../../secret.xml"])
def test_the_configuration_file_names_nothing_outside_of_the_repository(tmp_path: Path, key: str, path: str) -> None:
    (line,) = complaints(tmp_path, f"{key}: {path}\n", junit="")
    assert line.startswith(f".github/flakebot.yml:1: {key}: must be ")
    assert "inside the repository, as " in line


def test_an_input_may_name_a_report_anywhere(tmp_path: Path) -> None:
    assert load(tmp_path, junit="/home/runner/work/shop/shop/junit.xml").junit == ("/home/runner/work/shop/shop/junit.xml",)


RULES = """
budget: 90
paths:
  tests/legacy/**:
    ignore: true
  tests/slow:
    budget: 300
    install: |
      pip install -e '.[slow]'
      make fixtures
"""


def test_rules_for_paths_are_read_from_the_configuration_file(tmp_path: Path) -> None:
    assert load(tmp_path, RULES).rules == (
        Rule("tests/legacy/**", ignore=True),
        Rule("tests/slow", budget=300.0, install="pip install -e '.[slow]'\nmake fixtures"),
    )


@pytest.mark.parametrize(
    ("config", "line"),
    [
        ("paths: tests\n", ".github/flakebot.yml:1: paths must hold patterns with keys below each"),
        ("paths:\n  - tests\n", ".github/flakebot.yml:1: paths must hold patterns with keys below each"),
        ("paths:\n  tests: 3\n", ".github/flakebot.yml:2: below paths there must be patterns with keys below each"),
        ("paths:\n  tests:\n    ignor: true\n", ".github/flakebot.yml:3: unknown key 'ignor'; known are ignore, budget, install"),
        ("paths:\n  tests:\n    runs: 3\n", ".github/flakebot.yml:3: unknown key 'runs'; known are ignore, budget, install"),
        ("paths:\n  tests:\n    ignore: perhaps\n", ".github/flakebot.yml:3: ignore: must be true or false, not 'perhaps'"),
        ("paths:\n  tests:\n    budget: {a: 1}\n", ".github/flakebot.yml:3: budget must be a single value or a list"),
        ("paths:\n  a: {ignore: true}\n  a: {ignore: true}\n", ".github/flakebot.yml:3: the pattern a is given twice"),
        (
            f"paths:\n  {'a' * 300}: {{ignore: true}}\n",
            ".github/flakebot.yml:2: paths takes at most 100 patterns of at most 200 characters",
        ),
        ("apt: libpq-dev rm-\n", ".github/flakebot.yml:1: apt: must be names of Debian packages"),
    ],
)
def test_a_wrong_rule_gives_one_line_with_its_number(tmp_path: Path, config: str, line: str) -> None:
    (found,) = complaints(tmp_path, config)
    assert found.startswith(line)


def test_rules_are_no_input_of_the_action(tmp_path: Path) -> None:
    assert "paths" not in {one.name for one in INPUTS}
    assert load(tmp_path, RULES, budget="10").budget == 10.0


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("tests/slow/test_a.py", "tests/slow", True), ("tests/slower/test_a.py", "tests/slow", False), ("tests/a.py", "tests/*.py", True),
        ("tests/x/a.py", "tests/*.py", False), ("tests/x/y/a.py", "tests/**/a.py", True), ("tests/a.py", "tests/**/a.py", True),
        ("a.py", "**", True), ("tests/a.py", "./tests/", True), ("tests/a.py", "", False), ("tests/a.py", "*", True),
        ("tests/[x].py", "tests/[[]x].py", True), ("tests", "tests/**", True), ("x/tests/a.py", "tests", False),
    ],
)  # fmt: skip
def test_patterns_match_as_documented(path: str, pattern: str, expected: bool) -> None:
    assert matches(path, pattern) is expected


def test_hostile_paths_and_patterns_are_matched_in_no_time() -> None:
    started = time.monotonic()
    assert not matches("a/" * 16_000 + "b", "**/a/" * 40 + "c")
    assert not matches("a" * 32_000, "*a" * 100 + "b")
    assert time.monotonic() - started < 5


def test_of_several_rules_the_later_one_counts_key_by_key() -> None:
    rules = (Rule("tests", budget=10.0, install="x"), Rule("tests/slow", budget=300.0), Rule("docs", ignore=True))
    assert rule_for("tests/slow/a.py", rules) == Rule("tests/slow/a.py", None, 300.0, "x")
    assert rule_for("other/a.py", rules) == Rule("other/a.py")


def test_the_documented_configuration_file_is_read_as_documented(tmp_path: Path, project_root: Path) -> None:
    text = (project_root / "docs" / "configuration.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(# \.github/flakebot\.yml\n.*?)```", text, re.DOTALL)
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "flakebot.yml").write_text(example)
    settings = load_settings({}, tmp_path)
    assert settings.junit == ("reports/unit.xml", "reports/integration.xml")
    assert (settings.runs, settings.budget, settings.apt) == (8, 120.0, ("libpq-dev", "libmagic1"))
    assert [rule.pattern for rule in settings.rules] == ["tests/legacy/**", "tests/integration"]
    assert rule_for("tests/integration/db/test_a.py", settings.rules).budget == 300.0


def test_the_documented_keys_of_rules_are_those_that_are_read(project_root: Path) -> None:
    text = (project_root / "docs" / "configuration.md").read_text(encoding="utf-8")
    table = text.partition("## Rules for some paths")[2].partition("\n## ")[0]
    assert tuple(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == RULE_KEYS
