"""How reports look: every form of one report that holds every verdict, compared with files that git shows."""

from __future__ import annotations

import json

import pytest

from flakemark.model import (
    Category,
    Cause,
    ChainLink,
    Cost,
    Diagnosis,
    DivergenceType,
    Evidence,
    Fix,
    Intervention,
    NodeId,
    Recipe,
    Report,
    StageCost,
    Status,
    TestOrder,
    Verdict,
)
from flakemark.report.document import dumps
from flakemark.report.html import render_html
from flakemark.report.markdown import render_markdown
from flakemark.report.text import render_text

PATCH = """\
--- a/shop/totals.py
+++ b/shop/totals.py
@@ -38,7 +38,7 @@
 def basket(items, tax):
-    rate = random.choice(RATES)
+    rate = tax.rate(items)
     return sum(items) * rate
"""

CAUSE = Cause(
    file="shop/totals.py",
    line=41,
    end_line=41,
    function="basket",
    source="rate = random.choice(RATES)",
    divergence_type=DivergenceType.VALUE_MISMATCH,
    category=Category.RANDOMNESS,
    status=Status.CONFIRMED,
    confidence=0.857,
    title="The tax rate is drawn at random on every call.",
    detail="random.choice(RATES) returned Decimal('0.19') in passing runs and Decimal('0.07') in failing runs.",
)


def forced(setting: str, passed: int, failed: int, kind: str = "pin", target: str = "shop/totals.py:41") -> Intervention:
    return Intervention(kind=kind, target=target, setting=setting, passed=passed, failed=failed)


FLAKY = Diagnosis(
    nodeid=NodeId("tests/test_totals.py::TestBasket::test_total[two items]"),
    verdict=Verdict.FLAKY,
    cause=CAUSE,
    candidates=(CAUSE,),
    chain=(
        ChainLink(
            file="shop/totals.py",
            line=41,
            function="basket",
            source="rate = random.choice(RATES)",
            passing="Decimal('0.19')",
            failing="Decimal('0.07')",
        ),
        ChainLink(
            file="tests/test_totals.py",
            line=17,
            function="test_total",
            source="assert basket([10, 20]) == Decimal('35.70')",
            passing="Decimal('35.70')",
            failing="Decimal('32.10')",
        ),
    ),
    evidence=Evidence(
        83,
        57,
        26,
        (
            forced("unforced", 17, 3, "none", ""),
            forced("failing", 0, 20),
            forced("passing", 20, 0),
            forced("failing", 20, 3, "control", "shop/ids.py:9"),
        ),
    ),
    reproduce="flakemark replay report.json 'tests/test_totals.py::TestBasket::test_total[two items]'",
    fix=Fix("Take the rate from the tax table that is passed in, or seed the generator in a fixture.", PATCH, (20, 0)),
    cost=Cost(83, 12.345, (StageCost("reproduce", 21, 4.1), StageCost("isolate values", 62, 8.2))),
    divergences=3,
    notes=("Tracing did not change the failure rate.",),
    recipe=Recipe('{"pins": [{"site": "shop/totals.py:41:12", "value": "0.07"}]}', '{"pins": []}'),
)

ORDER = Diagnosis(
    nodeid=NodeId("tests/test_cabinet.py::ScreenTest::test_new_cabinet_invites"),
    verdict=Verdict.FLAKY,
    cause=Cause(
        file="arcade/scores.py",
        line=33,
        end_line=35,
        function="ScoreTable.insert",
        source="self.scores.append(score)",
        divergence_type=DivergenceType.SEQUENCE_BREAK,
        category=Category.ORDER_DEPENDENCY,
        status=Status.CONFIRMED,
        confidence=0.9,
        title="The list of scores belongs to the class, so that it survives the test that filled it.",
        detail="ScoreTable.scores held 1 item instead of 0 when the test began.",
    ),
    evidence=Evidence(40, 20, 20, (forced("failing", 0, 20, "order", ""), forced("passing", 20, 0, "order", ""))),
    order=TestOrder((NodeId("tests/test_cabinet.py::CreditsTest::test_game_takes_credits"),), (), "arcade.scores.ScoreTable.scores"),
    reproduce="flakemark replay report.json tests/test_cabinet.py::ScreenTest::test_new_cabinet_invites",
    cost=Cost(40, 4.0),
    divergences=1,
)

SUSPECTED = Diagnosis(
    nodeid=NodeId("tests/test_board.py::test_board_follows_the_poller"),
    verdict=Verdict.FLAKY,
    candidates=(
        Cause(
            file="board/poller.py",
            line=59,
            end_line=59,
            function="poll",
            source="time.sleep(0.05)",
            divergence_type=DivergenceType.TIMING_DELTA,
            category=Category.ASYNC_WAIT,
            status=Status.SUSPECTED,
            confidence=0.3,
            title="A fixed wait may be too short for the thread it waits for.",
            detail="",
        ),
    ),
    evidence=Evidence(20, 18, 2),
    cost=Cost(20, 31.0),
    divergences=14,
    notes=("No forcing flipped the outcome both ways within the budget of 30 s.",),
)

CONSISTENT = Diagnosis(
    nodeid=NodeId("tests/test_listing.py::test_last_page_has_the_rest"),
    verdict=Verdict.CONSISTENT_FAILURE,
    evidence=Evidence(24, 0, 24),
    fix=Fix("Most likely a real bug: it fails in every run, alone and perturbed."),
    cost=Cost(24, 2.0),
)

UNSEEN = Diagnosis(
    nodeid=NodeId("tests/test_cache.py::test_panning_east"),
    verdict=Verdict.NOT_REPRODUCED,
    evidence=Evidence(60, 60, 0),
    cost=Cost(60, 30.0),
)

BROKEN = Diagnosis(
    nodeid=NodeId("tests/test_db.py::test_connects"),
    verdict=Verdict.ERROR,
    notes=("pytest could not import tests/conftest.py: ModuleNotFoundError: No module named 'psycopg'",),
)

HOSTILE_TEXT = (
    "x`` | @everyone fixes #12 <img src=x onerror=alert(1)> <!-- flakemark --> ![i](http://evil.example) "
    "\x1b[31m\u202e::error::##[error] ```"
)
HOSTILE = Diagnosis(
    nodeid=NodeId(f"tests/test_evil.py::test_evil[{HOSTILE_TEXT}]"),
    verdict=Verdict.FLAKY,
    cause=Cause(
        file="evil|`.py",
        line=1,
        end_line=1,
        function="<script>",
        source=f"s = '''{HOSTILE_TEXT}\n```\n# heading'''",
        divergence_type=DivergenceType.VALUE_MISMATCH,
        category=Category.RANDOMNESS,
        status=Status.CORRELATED,
        confidence=0.5,
        title=HOSTILE_TEXT,
        detail=f"::error::{HOSTILE_TEXT}\n::stop-commands::x",
    ),
    chain=(ChainLink(file="e.py", line=1, function="f", source="a | b", passing=HOSTILE_TEXT, failing="\\|`"),),
    evidence=Evidence(1, 0, 1, (Intervention(kind="tests", target=HOSTILE_TEXT, setting=HOSTILE_TEXT, passed=0, failed=1),)),
    reproduce="flakemark replay report.json 'a`b'",
    fix=Fix(HOSTILE_TEXT, f"--- a\n+++ b\n````\n+{HOSTILE_TEXT}\n"),
    notes=(HOSTILE_TEXT,),
)

DIAGNOSES = {
    "root_cause": FLAKY,
    "order": ORDER,
    "suspects": SUSPECTED,
    "consistent_failure": CONSISTENT,
    "not_reproduced": UNSEEN,
    "error": BROKEN,
    "hostile": HOSTILE,
}
REPORT = Report(
    version="1.2.3",
    python="3.12.1",
    root="shop",
    tests=tuple(DIAGNOSES.values()),
    notes=("reports/old.xml: is empty; was the job killed before pytest wrote it?",),
)


@pytest.mark.parametrize("name", DIAGNOSES)
def test_the_box(golden, name):
    golden(f"report/{name}.txt", render_text(DIAGNOSES[name]) + "\n")


def test_the_document(golden):
    text = dumps(REPORT)
    assert json.loads(text)["schema"] == 1
    golden("report/report.json", text)


def test_the_markdown(golden):
    # Not `.md`: ruff formats the code in such files, and this code is hostile on purpose.
    golden("report/report.markdown", render_markdown(REPORT))


def test_the_page(golden):
    golden("report/report.html", render_html(REPORT))
