"""`flakemark fix`: the patches of a report are shown, or applied to exactly what they were made for."""

from __future__ import annotations

from pathlib import Path

import pytest

from flakemark.__main__ import main
from flakemark.model import Diagnosis, Fix, NodeId, Report, Verdict
from flakemark.repair.patches import make_patch
from flakemark.report.document import write_report

BEFORE = "def names(tags):\r\n    return list(tags)\r\n"
AFTER = BEFORE.replace("list", "sorted")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "tags.py").write_bytes(BEFORE.encode())
    return tmp_path


def report(root: Path, *patches: str | None) -> str:
    tests = tuple(
        Diagnosis(nodeid=NodeId(f"test_x.py::test_{number}"), verdict=Verdict.FLAKY, fix=Fix("sort it", patch, (50, 0) if patch else None))
        for number, patch in enumerate(patches)
    )
    path = root / "report.json"
    write_report(path, Report(version="1", root="shop", python="3.11.7", tests=tests))
    return str(path)


def test_the_patch_is_shown_and_nothing_changes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    patch = make_patch("shop/tags.py", BEFORE, AFTER)
    assert main(["fix", report(root, None, patch, patch), "--root", str(root)]) == 0
    assert capsys.readouterr().out == patch
    assert (root / "shop" / "tags.py").read_bytes() == BEFORE.encode()


def test_the_patch_is_applied_once(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = report(root, make_patch("shop/tags.py", BEFORE, AFTER))
    assert main(["fix", path, "--apply", "--root", str(root)]) == 0
    assert (root / "shop" / "tags.py").read_bytes() == AFTER.encode()
    assert capsys.readouterr().out == "shop/tags.py: patched\n"
    assert main(["fix", path, "--apply", "--root", str(root)]) == 2
    assert "shop/tags.py: it has changed since the report was written" in capsys.readouterr().err
    assert (root / "shop" / "tags.py").read_bytes() == AFTER.encode()


def test_a_report_without_a_patch_says_so(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = report(root, None)
    assert main(["fix", path]) == 2
    assert main(["fix", path, "test_x.py::test_0"]) == 2
    assert capsys.readouterr().err.count("it has no patch for") == 2


@pytest.mark.parametrize("name", ["../victim.py", "/etc/victim.py", "shop/../../victim.py", "shop/notes.txt", "shop/link.py"])
def test_a_patch_of_somebody_else_reaches_no_other_file(root: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    victim = root.parent / "victim.py"
    victim.write_bytes(BEFORE.encode())
    (root / "shop" / "notes.txt").write_bytes(BEFORE.encode())
    (root / "shop" / "link.py").symlink_to(victim)
    assert main(["fix", report(root, make_patch(name, BEFORE, AFTER)), "--apply", "--root", str(root)]) == 2
    assert "no Python file of" in capsys.readouterr().err
    assert victim.read_bytes() == (root / "shop" / "notes.txt").read_bytes() == BEFORE.encode()
