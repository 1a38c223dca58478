"""A report full of failures: many victims of one polluter beside other flakes, with the real tracer and the stand-in for GitHub."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flakebot.standin import Project, StandIn
from flakemark.model import Verdict
from flakemark.report.document import read_report
from tests.e2e.standin_job import run_job, write

VICTIMS, DIAGNOSED, IN_ONE_FILE = 120, 2, 10
RATES = """\
RATES = {"EUR": 1.0, "USD": 1.1}


def convert(amount, currency):
    return amount * RATES[currency]


def set_rate(currency, rate):
    RATES[currency] = rate  # CAUSE
"""
POLLUTER = """\
from shop.rates import convert, set_rate


def test_a_rate_can_be_set():
    set_rate("USD", 2.0)
    assert convert(1, "USD") == 2.0
"""
DICE = """\
import random


def roll():
    return random.randint(1, 4)  # CAUSE


def test_roll():
    assert roll() not in (2, 3), "rolled badly"
"""


def victims(first: int) -> str:
    tests = (f"\n\ndef test_price_{n}():\n    assert convert({n}, 'USD') == {n} * 1.1\n" for n in range(first + 1, first + 1 + IN_ONE_FILE))
    return f"from shop.rates import convert\n{''.join(tests)}"


FILES = {
    "pytest.ini": "[pytest]\npythonpath = .\n",
    "shop/__init__.py": "",
    "shop/rates.py": RATES,
    "tests/test_admin.py": POLLUTER,
    "tests/test_dice.py": DICE,
    **{f"tests/test_prices_{first:03}.py": victims(first) for first in range(0, VICTIMS, IN_ONE_FILE)},
}


def line_of(path: str) -> int:
    return next(number for number, line in enumerate(FILES[path].splitlines(), 1) if "# CAUSE" in line)


@pytest.mark.slow
def test_many_victims_of_one_polluter_get_one_comment_and_leave_room_for_another_flake(tmp_path: Path) -> None:
    project = write(tmp_path / "shop", FILES)
    suite = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=junit.xml", "tests"]
    for _ in range(40):  # until the dice fall badly
        failed = subprocess.run(suite, cwd=project, capture_output=True, text=True, check=False, timeout=120).stdout
        if f"{VICTIMS + 1} failed" in failed:
            break
    assert f"{VICTIMS + 1} failed" in failed
    base = {**FILES, "shop/rates.py": RATES.replace("= rate  #", "= float(rate)  #")}
    with StandIn(Project(base=base, head=FILES)) as github:
        run_job(github, project, max_tests=str(1 + DIAGNOSED))
        (comment,), (review,) = github.comments, github.reviews
    assert (comment.path, comment.line) == ("shop/rates.py", line_of("shop/rates.py"))
    assert comment.body.count("tests/test_prices_") >= DIAGNOSED
    assert "tests/test_dice.py" in review.body  # its file is not in the diff
    report = read_report(project / "flakemark-reports" / "report.json")
    causes = sorted((test.cause.file, test.cause.line) for test in report.tests if test.cause is not None)
    assert causes == [("shop/rates.py", line_of("shop/rates.py"))] * DIAGNOSED + [("tests/test_dice.py", line_of("tests/test_dice.py"))]
    assert {test.verdict for test in report.tests} == {Verdict.FLAKY}
    summary = (tmp_path / "summary.md").read_text().replace("\\", "")
    assert f"{VICTIMS - DIAGNOSED} failed tests are over the limit max-tests" in summary
    assert f"{VICTIMS - DIAGNOSED} of them failed like tests/test_prices_000.py::test_price_1, with the same message" in summary
