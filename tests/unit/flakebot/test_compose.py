"""What people read: comments, bodies, summaries, annotations; bounded, escaped, without secrets."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from flakebot.compose import (
    Finding,
    Places,
    Redactor,
    annotate,
    comment_body,
    failure_body,
    findings,
    one_line,
    redact_report,
    review_head,
    summary,
)
from flakebot.compose.comment import DOCUMENTATION
from flakebot.compose.diagram import diagram
from flakebot.compose.redact import secret_values
from flakemark.events import Site, TracedSite
from flakemark.explain import timing
from flakemark.isolation import Tally, TimingFlip
from flakemark.model import (
    Category,
    Cause,
    ChainLink,
    Cost,
    Diagnosis,
    DivergenceType,
    Evidence,
    FailedTest,
    Fix,
    Intervention,
    NodeId,
    Report,
    Status,
    TestOrder,
    Verdict,
)
from flakemark.runs import RunRequest

PLACES = Places(
    server_url="https://github.example", repository="shop/shop", head_sha="abc123", run_url="https://github.example/run",
    artifact_url="https://github.example/artifact", folder="services/shop",
)  # fmt: skip
CAUSE = Cause(
    file="shop/coupons.py", line=14, end_line=14, function="distinct", source="return [KNOWN[code] for code in set(codes)]",
    divergence_type=DivergenceType.VALUE_MISMATCH, category=Category.UNORDERED_COLLECTION, status=Status.CONFIRMED, confidence=0.861,
    title="A set is iterated in hash order.", detail="passing run: ['A', 'B']; failing run: ['B', 'A']",
)  # fmt: skip
FLAKY = Diagnosis(
    nodeid=NodeId("tests/test_checkout.py::test_coupons[a|b]"),
    verdict=Verdict.FLAKY,
    cause=CAUSE,
    chain=(
        ChainLink(
            file="shop/checkout.py",
            line=21,
            function="total",
            source="for c in distinct(codes):",
            passing="['A', 'B']",
            failing="['B', 'A']",
        ),
        ChainLink(file="tests/test_checkout.py", line=9, function="test", source="assert a | b", passing="True", failing="False"),
    ),
    evidence=Evidence(
        52,
        30,
        22,
        (
            Intervention(kind="order", target="shop/coupons.py:14", setting="failing", passed=0, failed=20),
            Intervention(kind="order", target="shop/coupons.py:14", setting="passing", passed=20, failed=0),
        ),
    ),
    reproduce="flakemark replay report.json 'tests/test_checkout.py::test_coupons[a|b]'",
    fix=Fix("Iterate sorted(...) of it.", "--- a\n+++ b\n-x\n+y\n", (20, 0)),
    cost=Cost(52, 4.2),
    divergences=20,
    notes=("One outcome only came when perturbed.",),
)
CONSISTENT = Diagnosis(nodeid=NodeId("tests/test_ship.py::test_free"), verdict=Verdict.CONSISTENT_FAILURE, evidence=Evidence(24, 0, 24))
ABSENT = Diagnosis(nodeid=NodeId("tests/test_rare.py::test_rare"), verdict=Verdict.NOT_REPRODUCED, evidence=Evidence(60, 60, 0))
BROKEN = Diagnosis(nodeid=NodeId("tests/test_db.py::test_db"), verdict=Verdict.ERROR, notes=("no module named psycopg",))
REPORT = Report(
    version="0.1.0", python="3.12.1", root="shop", tests=(FLAKY, CONSISTENT, ABSENT, BROKEN), notes=("reports/old.xml: is empty",)
)
EVIL = (
    "x`` | @everyone fixes #12 <img src=x onerror=alert(1)> <!-- flakebot --> ![i](http://evil.example) "
    "\x1b[31m\u202e::error::##[error] ```\n# heading"
)


def finding(**changes: object) -> Finding:
    (found,) = findings(replace(REPORT, tests=(replace(FLAKY, **changes),)))  # type: ignore[arg-type]
    return found


def test_the_comment_has_the_order_that_a_reader_needs(golden: Callable[[str, str], None]) -> None:
    body = comment_body(finding(), PLACES)
    golden("bot/comment.md", body + "\n")
    parts = ["A set is iterated", "set(codes)", "**Evidence:**", "| From the cause", "**Fix:**", "**Reproduce**", "<sub>", "<details>"]
    assert sorted(parts, key=body.index) == parts


def test_what_was_never_run_is_not_said_not_to_fail_again() -> None:
    never = replace(ABSENT, evidence=Evidence(0, 0, 0), cost=Cost(0, 3.9))
    text = summary(replace(REPORT, tests=(never,)), PLACES)
    assert text.count("not tried, the budget was over before the first run was") == 2
    assert "did not fail again" not in text
    assert "did not fail again (0 of 60 runs failed)" in summary(replace(REPORT, tests=(ABSENT,)), PLACES)


def test_the_summary_lists_every_test(golden: Callable[[str, str], None]) -> None:
    golden("bot/summary.md", summary(REPORT, PLACES, ["no review is posted: the event push names no pull request"]))


@pytest.mark.parametrize(
    ("at_lines", "below", "said"),
    [
        (1, 0, "1 root cause of a flaky test\n\nTold in the diff."),
        (0, 2, "2 root causes of flaky tests\n\nNot in this diff, and told below."),
        (2, 3, "5 root causes of flaky tests\n\n2 told in the diff, 3 below."),
        (0, 0, "no root cause of a flaky test is open here"),
    ],
)
def test_the_head_of_a_review_counts(at_lines: int, below: int, said: str) -> None:
    assert review_head(at_lines, below) == f"### flakemark: {said}"


def test_tests_with_one_cause_are_one_finding_and_the_best_shown_one_speaks() -> None:
    better = replace(FLAKY, nodeid=NodeId("t::better"), cause=replace(CAUSE, confidence=0.9))
    other = replace(FLAKY, nodeid=NodeId("t::other"), cause=replace(CAUSE, line=99, confidence=0.99))
    first, second = findings(replace(REPORT, tests=(FLAKY, better, CONSISTENT, other)))
    assert (first.cause.line, second.diagnosis.nodeid, second.others) == (99, "t::better", (FLAKY.nodeid,))
    assert "`t::better`, `tests/test_checkout.py::test_coupons[a|b]` flaky" in comment_body(second, PLACES)


def test_the_comment_on_a_consistent_failure_says_that_it_is_no_flake() -> None:
    body = failure_body(CONSISTENT, PLACES)
    assert body.startswith("**`tests/test_ship.py::test_free` fails in every run: most likely a real bug")
    assert "24 of 24 runs failed" in body


PATCHED = "for code in sorted(set(codes)):"


def test_where_the_comment_stands_on_the_lines_the_patch_is_a_suggestion() -> None:
    body = comment_body(finding(), PLACES, suggestion=f"    {PATCHED}")
    assert f"```suggestion\n    {PATCHED}\n```\n\nWith this patch 0 of 20 runs failed" in body
    assert "```diff" not in body
    assert "```suggestion" not in comment_body(finding(), PLACES)


@pytest.mark.parametrize(
    ("title", "shown"),
    [("the wait here is too short", "**The wait"), ("tests/test_a.py::test_b changes x here", "**tests/test_a.py::test_b changes")],
)
def test_a_sentence_begins_with_a_capital_and_a_path_stays_as_it_is(title: str, shown: str) -> None:
    assert comment_body(finding(cause=replace(CAUSE, title=title)), PLACES).startswith(shown)


@pytest.mark.parametrize("lines", ["x = '\u202e'", "x = '<!-- -->'", "x = 1\n", ""], ids=ascii)
def test_a_suggestion_that_escaping_would_change_is_shown_as_a_patch(lines: str) -> None:
    body = comment_body(finding(), PLACES, suggestion=lines)
    assert "```diff" in body
    assert "```suggestion" not in body


def test_back_ticks_in_a_suggestion_do_not_end_it() -> None:
    assert "````suggestion\nx = '```'\n````" in comment_body(finding(), PLACES, suggestion="x = '```'")


def test_without_a_verified_patch_nothing_is_suggested() -> None:
    assert "suggestion" not in comment_body(finding(fix=Fix("Sort it.", "--- a\n+++ b\n", None)), PLACES, suggestion="x")


def as_race(test: Diagnosis) -> Diagnosis:
    cause = replace(test.cause or CAUSE, divergence_type=DivergenceType.THREAD_RACE, category=Category.CONCURRENCY, end_line=16)
    return replace(test, cause=cause)


def as_wait(test: Diagnosis, healing: str) -> Diagnosis:
    cause = replace(
        test.cause or CAUSE, divergence_type=DivergenceType.TIMING_DELTA, category=Category.ASYNC_WAIT, source="time.sleep(0.05)"
    )
    forced = [("thread pay#1 late", 0, 30), (healing, 30, 0)]
    made = tuple(Intervention(kind="delay", target="a.py:1", setting=setting, passed=up, failed=down) for setting, up, down in forced)
    return replace(test, cause=cause, evidence=Evidence(60, 30, 30, made))


def test_a_race_is_drawn(golden: Callable[[str, str], None]) -> None:
    golden("bot/race.md", diagram(as_race(FLAKY)) + "\n")


def test_a_wait_is_drawn(golden: Callable[[str, str], None]) -> None:
    golden("bot/wait.md", diagram(as_wait(FLAKY, "late, and this wait stretched")) + "\n")


@pytest.mark.parametrize(
    ("kind", "said"),
    [("unawaited", "nobody waits for it"), ("early", "the signal comes before the work is done"), ("wait", "the wait ends first")],
)
def test_what_the_tracer_says_of_a_wait_is_drawn_as_it_is_meant(kind: str, said: str) -> None:
    request = RunRequest(victim=FLAKY.nodeid)
    flip = TimingFlip(
        kind=kind, sites=(TracedSite(Site("a.py:1:0:call", "a.py", 1, 1, "f", "call", "start"), "start", "Thread.start"),),
        delayed="thread pay#1", to_failing=Tally(0, 30), to_passing=Tally(30, 0), base=Tally(30, 0),
        failing_request=request, passing_request=request,
    )  # fmt: skip
    forced = replace(FLAKY.evidence, interventions=tuple(timing.interventions(flip)))
    drawn = diagram(replace(as_wait(FLAKY, ""), evidence=forced))
    assert said in drawn
    assert "participant late as thread pay#35;1" in drawn


def test_a_race_is_drawn_with_the_lines_of_its_chain() -> None:
    lines = (15, "left = self.left"), (17, "self.left = left - one"), (18, "self.left = left - two"), (30, "assert stock.left == 4")
    chain = tuple(ChainLink(file="a.py", line=line, function="f", source=text, passing="1", failing="2") for line, text in lines)
    drawn = [line.strip() for line in diagram(as_race(replace(FLAKY, chain=chain))).splitlines()]
    assert drawn[5:9] == [
        "one->>state: line 15 left = self.left",
        "other->>state: line 17 self.left = left #45; one, in between",
        "one->>state: line 18 self.left = left #45; two, with what it found before",
        "Note over one,other: line 30 assert stock.left == 4 fails",
    ]


def test_without_a_chain_the_drawing_ends_with_the_test() -> None:
    assert "Note over one,other: the test fails" in diagram(replace(as_race(FLAKY), chain=()))


def test_the_evidence_begins_with_what_was_forced_and_leaves_controls_to_the_details() -> None:
    plain = Intervention(kind="none", target="", setting="plain runs", passed=2, failed=2)
    control = Intervention(kind="control", target="a.py:1", setting="failing", passed=1, failed=0)
    evidence = replace(FLAKY.evidence, interventions=(plain, control, *FLAKY.evidence.interventions))
    body = comment_body(finding(evidence=evidence), PLACES)
    said = "forced to the failing order: 20 of 20 failed; forced to the passing order: 20 of 20 passed; plain runs: 2 of 4 failed."
    assert f"**Evidence:** {said}\n" in body
    assert "control" in body.partition("<details>")[2]


def test_the_tests_that_matter_beside_this_one_are_named() -> None:
    order = TestOrder((NodeId("t::first"), NodeId("t::second")), (), "shop.totals.SPECIAL[]")
    body = comment_body(finding(order=order), PLACES)
    assert "It fails after `t::first`. It fails after `t::second`. State that stays behind: `shop.totals.SPECIAL[]`." in body


def test_the_window_of_a_race_is_called_lines_and_a_wrapped_statement_a_line() -> None:
    assert "\nThese lines make `tests/" in comment_body(finding(cause=as_race(FLAKY).cause), PLACES)
    assert "\nThis line makes `tests/" in comment_body(finding(cause=replace(CAUSE, end_line=16)), PLACES)
    guess = replace(CAUSE, status=Status.CORRELATED)
    assert "\nThis line probably makes `tests/" in comment_body(finding(cause=guess), PLACES)


def test_other_causes_are_not_drawn() -> None:
    assert diagram(FLAKY) == ""
    assert diagram(CONSISTENT) == ""
    body = comment_body(finding(cause=as_race(FLAKY).cause), PLACES)
    assert body.index("| From the cause") < body.index("```mermaid") < body.index("**Fix:**")


@pytest.mark.parametrize("source", [EVIL, "a; b #c %%{init: {}}%% end", "x->>y: z\nparticipant evil", '"`<b>&amp;'])
def test_code_is_no_syntax_of_the_diagram(source: str) -> None:
    link = replace(FLAKY.chain[0], source=source, file=source)
    race = as_race(replace(FLAKY, chain=(link,), cause=replace(CAUSE, source=source, file=source)))
    lines = diagram(race).splitlines()
    assert [line.count("->>") for line in lines[2:-1]] == [0, 0, 0, 1, 1, 1, 0]
    for line in lines[2:-1]:
        text = line.partition("line")[2]
        assert re.sub(r"#\d+;", "", text.replace("->>", "")).count(";") == 0
        assert not set('{}<>%"`|&\\') & set(text)


def test_a_cause_is_the_same_in_other_tests_and_at_other_lines() -> None:
    moved = finding(nodeid=NodeId("t::other"), cause=replace(CAUSE, line=99, end_line=99, confidence=0.5, title="x", detail="y"))
    assert moved.identity("a") == finding().identity("a")
    assert finding().identity("a") != finding().identity("b")
    assert finding(cause=replace(CAUSE, function="f")).identity("a") != finding().identity("a")


def test_what_is_not_confirmed_is_not_called_so() -> None:
    body = comment_body(finding(cause=replace(CAUSE, status=Status.CORRELATED)), PLACES)
    assert "This line probably makes" in body
    assert "Confirmed" not in body


def test_a_test_chooses_no_markup() -> None:
    markdown_it = pytest.importorskip("markdown_it")
    cause = replace(CAUSE, file=EVIL, function=EVIL, source=EVIL, title=EVIL, detail=EVIL)
    link = ChainLink(file=EVIL, line=1, function=EVIL, source=EVIL, passing=EVIL, failing=EVIL)
    evidence = Evidence(2, 1, 1, (Intervention(kind=EVIL, target=EVIL, setting=EVIL, passed=1, failed=1),))
    evil = replace(
        FLAKY,
        nodeid=NodeId(EVIL),
        cause=cause,
        chain=(link,),
        evidence=evidence,
        notes=(EVIL,),
        fix=Fix(EVIL, EVIL, (1, 0)),
        order=TestOrder((NodeId(EVIL),), (NodeId(EVIL),), EVIL),
        reproduce=EVIL,
    )
    report = replace(REPORT, tests=(evil, replace(CONSISTENT, nodeid=NodeId(EVIL), notes=(EVIL,))), notes=(EVIL,))
    (found,) = findings(report)
    for text in (
        comment_body(found, PLACES),
        comment_body(found, PLACES, suggestion=EVIL),
        comment_body(replace(found, diagnosis=as_race(found.diagnosis)), PLACES),
        one_line(found),
        failure_body(report.tests[1], PLACES),
        summary(report, PLACES, [EVIL]),
    ):
        rendered = markdown_it.MarkdownIt("gfm-like", {"linkify": False}).enable("table").render(text)
        assert "<img" not in rendered
        addresses = re.findall(r'href="([^"]*)"', rendered)
        assert [address for address in addresses if not address.startswith(("https://github.example/", DOCUMENTATION))] == []
        prose = re.sub(r"<(code|pre)\b.*?</\1>", "", rendered, flags=re.DOTALL)
        assert re.findall(r"@\w|(?<!&)#\d", prose) == []
        assert "<!--" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        outside_code = re.sub(r"<code.*?</code>", "", rendered, flags=re.DOTALL)
        assert not re.search(r"@\w|#\d", outside_code)
        assert "<h1>" not in rendered


def test_nothing_is_longer_than_github_takes() -> None:
    long = "y" * 100_000
    big = replace(
        FLAKY, nodeid=NodeId(long), cause=replace(CAUSE, title=long, detail=long, source=long), notes=(long,) * 50, reproduce=long,
        chain=(FLAKY.chain[0],) * 500, fix=Fix(long, long, (1, 0)),
    )  # fmt: skip
    report = replace(REPORT, tests=tuple(replace(big, nodeid=NodeId(f"{number}{long}")) for number in range(300)))
    body = comment_body(*findings(report), PLACES)
    assert len(body) <= 60_000
    assert DOCUMENTATION in body
    assert len(one_line(*findings(report))) < 1_000
    assert len(summary(report, PLACES).encode()) < 900 * 1024


def test_annotations_stand_at_the_cause_and_at_the_line_that_raised() -> None:
    failed = {CONSISTENT.nodeid: FailedTest(nodeid=CONSISTENT.nodeid, crash="tests/test_ship.py:12")}
    cause, consistent, broken = annotate(REPORT, failed, PLACES)
    assert (cause.level, cause.file, cause.line) == ("error", "services/shop/shop/coupons.py", 14)
    assert "forced to the failing order: 20 of 20 failed" in cause.message
    assert (consistent.level, consistent.file, consistent.line) == ("error", "services/shop/tests/test_ship.py", 12)
    assert (broken.level, broken.file, broken.message) == (
        "warning",
        "",
        "tests/test_db.py::test_db: 0 of 0 runs failed\nno module named psycopg",
    )


def test_at_most_ten_annotations_of_a_level_are_written() -> None:
    report = replace(REPORT, tests=tuple(replace(FLAKY, cause=replace(CAUSE, line=number)) for number in range(1, 30)) + (BROKEN,) * 30)
    levels = [one.level for one in annotate(report, {}, PLACES)]
    assert (levels.count("error"), levels.count("warning")) == (10, 10)


SECRET = 's3cr3t/"quoted" & more'


@pytest.mark.parametrize(
    "form",
    [
        SECRET, quote(SECRET, safe=""), json.dumps(SECRET), repr(SECRET), base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(b"u:" + SECRET.encode() + b"!").decode(), base64.b64encode(b"a" + SECRET.encode()).decode(),
    ],
)  # fmt: skip
def test_a_secret_is_hidden_in_every_spelling(form: str) -> None:
    hidden = Redactor([SECRET])(f"before {form} after")
    assert "***" in hidden
    assert hidden.startswith("before ")
    assert hidden.endswith(" after")
    assert SECRET[:8] not in hidden
    assert base64.b64encode(SECRET.encode()).decode()[4:16] not in hidden


@pytest.mark.parametrize(
    "token",
    [
        "ghp_" + "a" * 36, "ghs_" + "A1" * 18, "github_pat_" + "a1_" * 20, "AKIA" + "A" * 16, "eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\ncut off",
    ],
)  # fmt: skip
def test_what_looks_like_a_token_is_hidden(token: str) -> None:
    assert Redactor()(f"({token})").removesuffix(")") == "(***"


def test_a_password_in_an_address_is_hidden_and_the_address_stays() -> None:
    assert Redactor()("postgres://ada:pw@db/x") == "postgres://***@db/x"


def test_a_short_value_is_no_secret_and_plain_words_stay() -> None:
    assert Redactor(["1", "", "true"])("1 is true") == "1 is true"


def test_a_whole_report_is_redacted() -> None:
    report = replace(REPORT, tests=(replace(FLAKY, cause=replace(CAUSE, detail="got hunter2hunter2"), notes=("hunter2hunter2",)),))
    redacted = redact_report(report, Redactor(["hunter2hunter2"]))
    assert "hunter2" not in repr(redacted)
    assert redact_report(REPORT, Redactor()) == REPORT
    assert redacted.tests[0].verdict is Verdict.FLAKY


def test_names_say_which_variables_are_secret() -> None:
    secret = {"DB_PASSWORD": "aaaaaaaa", "MY_API_KEY": "bbbbbbbb", "SSH_PRIVATE_KEY": "cccccccc", "PG_PASS": "dddddddd"}
    plain = {"MAX_TOKENS": "100000", "PATH": "/usr/bin", "MONKEY": "bananabanana"}
    assert secret_values({**secret, **plain}.items()) == list(secret.values())


def test_the_address_of_the_documentation_is_that_of_this_repository(project_root: Path) -> None:
    action, _, file = DOCUMENTATION.removeprefix("https://github.com/").partition("/blob/v1/")
    assert (project_root / file).is_file()
    assert f"uses: {action}@v1" in (project_root / "README.md").read_text(encoding="utf-8")


# lines of the head, where others were traced

MOVED = replace(PLACES, traced_sha="def456", lines={("services/shop/shop/coupons.py", 14): 9})


def test_links_and_annotations_stand_at_the_lines_of_the_head() -> None:
    report = replace(REPORT, tests=(replace(FLAKY, cause=replace(CAUSE, end_line=16)),))
    assert "/blob/abc123/services/shop/shop/coupons.py#L9-L11" in summary(report, MOVED)
    (annotation,) = annotate(report, {}, MOVED)
    assert (annotation.line, annotation.end_line) == (9, 11)


def test_a_line_that_the_head_does_not_hold_is_told_at_its_file() -> None:
    report, places = replace(REPORT, tests=(FLAKY,)), replace(MOVED, lines={("services/shop/shop/coupons.py", 14): None})
    assert "/blob/abc123/services/shop/shop/coupons.py)" in summary(report, places)
    (annotation,) = annotate(report, {}, places)
    assert (annotation.file, annotation.line, annotation.end_line) == ("services/shop/shop/coupons.py", 0, 0)


def test_where_nobody_looked_links_lead_to_the_commit_that_was_traced() -> None:
    report = replace(REPORT, tests=(FLAKY,))
    assert "/blob/def456/services/shop/shop/coupons.py#L14" in summary(report, replace(MOVED, lines=None))
    assert "/blob/abc123/services/shop/shop/coupons.py#L14" in summary(report, replace(MOVED, lines=None, traced_sha=""))
    assert annotate(report, {}, replace(MOVED, lines=None))[0].line == 14


def test_a_failure_is_annotated_at_the_line_of_the_head() -> None:
    failed = {CONSISTENT.nodeid: FailedTest(nodeid=CONSISTENT.nodeid, crash="tests/test_b.py:4")}
    places = replace(MOVED, lines={("services/shop/tests/test_b.py", 4): 7})
    assert [one.line for one in annotate(replace(REPORT, tests=(CONSISTENT,)), failed, places)] == [7]
