"""What inputs and rules change in the story of `flakebot run`: traces, limits, packages, caches."""

from __future__ import annotations

from pathlib import Path

import pytest

from flakebot.errors import EnvironmentBroken
from flakebot.pipeline import run
from flakemark.model import (
    NodeId,
    Verdict,
)  # fmt: skip
from tests.unit.flakebot.job_world import JUNIT, ONE, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_recorded_traces_are_in_the_artifact_only_on_request_and_without_secrets(world: World) -> None:
    traces = world.workspace / "traces"
    traces.mkdir()
    (traces / "index.jsonl").write_text('{"secret": "hunter2hunter2"}\n')
    (traces / "a-1.trace").write_text("[]\n")
    (traces / "evil:name.trace").write_text("[]\n")
    (traces / "link.trace").symlink_to("/etc/passwd")
    world.inputs["traces"] = "traces"
    run(world.job())
    assert world.published.uploads[0][1] == ["report.json", "report.html", "report.md"]
    world.inputs["upload-traces"] = "true"
    world.fresh()
    run(world.job())
    assert world.published.uploads[1][1] == ["report.json", "report.html", "report.md", "a-1.trace", "index.jsonl"]
    assert (world.workspace / "flakemark-reports" / "traces" / "index.jsonl").read_text() == '{"secret": "***"}\n'


def test_traces_outside_of_the_workspace_are_not_uploaded(world: World, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.trace").write_text("x")
    (world.workspace / "traces").symlink_to(tmp_path / "elsewhere")
    (world.workspace / "flakemark-reports").mkdir()
    (world.workspace / "flakemark-reports" / "traces").symlink_to(tmp_path / "elsewhere")
    world.inputs |= {"traces": "traces", "upload-traces": "true"}
    run(world.job())
    assert world.published.uploads[0][1] == ["report.json", "report.html", "report.md"]


RULES = """
paths:
  tests/test_a.py: {budget: 200, install: make it}
  tests/test_b.py: {ignore: true}
"""


def test_rules_for_paths_decide_about_ignoring_budget_and_installation(world: World) -> None:
    (world.workspace / ".github").mkdir()
    (world.workspace / ".github" / "flakebot.yml").write_text(RULES)
    more = "".join(
        f'<testcase classname="tests.{name}" name="test_x"><failure message="{name}">x</failure></testcase>'
        for name in ("test_b", "test_c")
    )
    (world.workspace / "junit.xml").write_text(JUNIT.replace("</testsuite>", f"{more}</testsuite>"))
    for name in ("test_b", "test_c"):
        (world.workspace / "tests" / f"{name}.py").write_text("def test_x():\n    assert 0\n")
    del world.inputs["python-version"]
    assert run(world.job()) == 0
    diagnosed_there = [command for command in world.tracer.commands if "--json" in command]
    assert [(command[command.index("diagnose") + 1], command[command.index("--budget") + 1]) for command in diagnosed_there] == [
        (ONE, "200"), ("tests/test_c.py::test_x", "60"),
    ]  # fmt: skip
    assert [command[-1] for command in world.tracer.commands if "pipefail" in command] == ["make it"]
    assert diagnosed_there[0][0] != diagnosed_there[1][0]  # an environment of its own
    assert "1 failed tests are ignored by the configuration file: tests/test_b.py::test_x" in world.summary()


def test_a_broken_environment_of_some_tests_leaves_the_others_their_diagnosis(world: World) -> None:
    (world.workspace / ".github").mkdir()
    (world.workspace / ".github" / "flakebot.yml").write_text("paths: {tests/test_c.py: {install: broken}}\n")
    more = '<testcase classname="tests.test_c" name="test_x"><failure message="c">x</failure></testcase></testsuite>'
    (world.workspace / "junit.xml").write_text(JUNIT.replace("</testsuite>", more))
    (world.workspace / "tests" / "test_c.py").write_text("def test_x():\n    assert 0\n")
    del world.inputs["python-version"]
    world.tracer.breaks = "broken"
    assert run(world.job()) == 0
    (report,) = world.published.reviews
    assert {test.nodeid: test.verdict for test in report.tests} == {
        ONE: Verdict.CONSISTENT_FAILURE, NodeId("tests/test_c.py::test_x"): Verdict.ERROR,
    }  # fmt: skip
    assert "failed with exit code 1" in report.tests[1].notes[0]


def test_five_hundred_victims_of_one_cause_are_diagnosed_within_the_limit(world: World) -> None:
    case = '<testcase classname="tests.test_a" name="test_{}"><failure message="assert 1 == 2">tests/test_a.py:2: E</failure></testcase>'
    (world.workspace / "junit.xml").write_text(f"<testsuite>{''.join(case.format(number) for number in range(500))}</testsuite>")
    assert run(world.job()) == 0
    diagnose = world.tracer.commands[-1]
    assert len([word for word in diagnose if "::" in word]) == 20
    (report,) = world.published.reviews
    assert report.notes[1].startswith("480 of them failed like tests/test_a.py::test_0, with the same message but for its values: ")
    assert "480 of them failed like" in world.summary()


def test_packages_of_the_system_are_installed_before_the_project_and_by_root(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda name, path=None: f"/usr/bin/{name}")
    monkeypatch.setattr("os.chown", lambda *_, **__: None)
    world.inputs["apt"] = "libpq-dev\ng++"
    run(world.job())
    assert world.tracer.commands[:2] == [
        ("/usr/bin/apt-get", "update", "-qq"),
        ("/usr/bin/apt-get", "install", "-y", "-qq", "--no-install-recommends", "--", "libpq-dev", "g++"),
    ]
    assert world.tracer.environs[0]["DEBIAN_FRONTEND"] == "noninteractive"


def test_packages_of_the_system_need_root(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    world.inputs["apt"] = "libpq-dev"
    with pytest.raises(EnvironmentBroken, match="input apt: packages of the system can only be installed by root"):
        run(world.job())
    assert "input apt" in world.summary()


def test_the_cache_is_kept_where_it_was_asked_for_and_not_copied(world: World) -> None:
    world.inputs["cache-folder"] = ".wheels"
    (world.workspace / ".wheels" / "uv").mkdir(parents=True)
    del world.inputs["python-version"]
    run(world.job())
    assert world.tracer.environs[0]["UV_CACHE_DIR"] == str(world.workspace / ".wheels" / "uv")
    assert not (world.work / "tree" / "shop" / ".wheels").exists()


def test_a_cache_that_is_a_link_of_the_repository_is_not_used(world: World, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (world.workspace / "deep").symlink_to(tmp_path / "elsewhere")
    world.inputs["cache-folder"] = "deep/wheels"
    del world.inputs["python-version"]
    run(world.job())
    assert world.tracer.environs[0]["UV_CACHE_DIR"] == str(world.work / "cache" / "uv")
