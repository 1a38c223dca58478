"""Planted flakes: each guilty line ends in `# CAUSE`, each flake has a repaired twin on which the tool must stay silent.

A case is a folder: `project/` is what a user's checkout would look like, `repaired/` holds the files that a maintainer's
fix changes, `provoke.py` (where nature is too slow) is a pytest plugin that brings the failure about for the JUnit report.
Cases are copied before they run: this project's own pytest configuration must not apply to them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
MARKER = "# CAUSE"
WINDOW = 8  # lines of a race at most, from the read to the write
COUNTED = 10  # runs on each side of a confirmed cause at least


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A flaky test and what the report must say beyond the line.

    Attributes:
        order: another test of the suite makes it fail, sometimes or always: the tool gets the JUnit report of a whole run that failed.
        imported: the value is drawn at import: most runs need a process of their own, and a failed run for the report is waited for.
        machine: variables of the machine on which it failed: the tool gets the JUnit report of a run there.
        runs_before: how often it ran in the same tree before it failed.
        budget: seconds; twice to four times what is needed on an idle machine.
        gap: what the tool gets wrong today; empty if nothing.
    """

    folder: str
    nodeid: str
    category: str
    order: bool = False
    imported: bool = False
    machine: tuple[tuple[str, str], ...] = ()
    runs_before: int = 0
    budget: float = 25
    gap: str = ""

    @property
    def project(self) -> Path:
        return HERE / self.folder / "project"

    @property
    def rare(self) -> bool:
        """Fails by itself in less than one run of fifty: its JUnit report is of a provoked run."""
        return (HERE / self.folder / "provoke.py").exists()

    def guilty(self) -> set[tuple[str, int]]:
        """File and line of every marker."""
        return {
            (path.relative_to(self.project).as_posix(), number)
            for path in self.project.rglob("*.py")
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
            if line.endswith(MARKER)
        }


PLANTED = [
    Planted(folder="coupon_codes", nodeid="tests/test_coupons.py::TestIssuing::test_code_is_readable", category="randomness"),
    Planted(folder="survey_sample", nodeid="tests/test_panel.py::test_top[podium]", category="randomness"),
    Planted(folder="price_samples", nodeid="test_pricing.py::test_shares_add_up[couple]", category="randomness", imported=True, budget=90),
    Planted(folder="loot_drops", nodeid="tests/test_chest.py::test_is_cheap", category="randomness", imported=True, budget=90),
    Planted(folder="door_pins", nodeid="tests/test_doors.py::TestDoor::test_admits_a_group", category="randomness"),
    Planted(folder="parcel_sizes", nodeid="tests/test_shelf.py::test_a_parcel_fits", category="randomness"),
    Planted(folder="phone_plans", nodeid="tests/test_invoices.py::TestHeavyUse::test_invoice_has_a_ceiling", category="randomness"),
    Planted(folder="sensor_noise", nodeid="tests/test_signal.py::test_level_is_kept", category="randomness"),
    Planted(folder="lunch_offers", nodeid="tests/test_offers.py::TestPromise::test_cheap_and_quick", category="randomness"),
    Planted(folder="post_tags", nodeid="tests/test_post.py::test_rendering[two]", category="unordered_collection"),
    Planted(folder="event_bus", nodeid="test_bus.py::test_audit_comes_first", category="unordered_collection"),
    Planted(folder="build_steps", nodeid="tests/test_plan.py::test_whole_order", category="unordered_collection"),
    Planted(folder="seat_numbers", nodeid="tests/test_rows.py::test_cards", category="unordered_collection"),
    Planted(folder="migrations", nodeid="tests/test_migrate.py::test_newest_version", category="filesystem"),
    Planted(folder="audit_stamps", nodeid="tests/test_journal.py::test_is_stamped", category="time"),
    Planted(
        folder="parking_tickets",
        nodeid="tests/test_tickets.py::TestSelling::test_ten_minutes_end_later",
        category="time",
    ),
    Planted(folder="first_rents", nodeid="tests/test_leases.py::test_rent_is_due_after_signing", category="time"),
    Planted(
        folder="menu_cards",
        nodeid="tests/test_card.py::test_names_come_back[accents]",
        category="timezone_locale",
        machine=(("LC_ALL", "C"), ("PYTHONUTF8", "0")),
    ),
    Planted(
        folder="night_shifts",
        nodeid="tests/test_rota.py::test_sunday",
        category="timezone_locale",
        machine=(("TZ", "Pacific/Kiritimati"),),
    ),
    Planted(
        folder="bold_titles",
        nodeid="tests/test_paint.py::test_titles_are_bold",
        category="environment",
        machine=(("NO_COLOR", "1"),),
        budget=60,
    ),
    Planted(
        folder="parcel_labels",
        nodeid="tests/test_labels.py::test_a_label_names_the_speed",
        category="environment",
        machine=(("LABEL_PRINTER", "thermal"),),
        budget=60,
    ),
    Planted(folder="price_alarms", nodeid="tests/test_alarms.py::test_alarm_rings", category="memory_gc"),
    Planted(
        folder="export_numbers",
        nodeid="tests/test_exporter.py::test_numbers_begin_with_one",
        category="filesystem",
        runs_before=1,
        budget=60,
    ),
    Planted(folder="core_batches", nodeid="tests/test_batches.py::test_nothing_is_lost", category="environment", budget=60),
    Planted(folder="mailbox_files", nodeid="tests/test_mailboxes.py::test_a_whole_company", category="resource_leak", budget=60),
    Planted(folder="reading_logs", nodeid="tests/test_means.py::test_a_year", category="resource_leak", order=True, budget=60),
    Planted(folder="note_keys", nodeid="tests/test_notes.py::test_notes_are_kept_in_order", category="time"),
    Planted(folder="stock_quotes", nodeid="tests/test_quotes.py::test_a_quote", category="network"),
    Planted(folder="weather_feed", nodeid="tests/test_weather.py::test_the_warmest[names0-rome]", category="network", budget=60),
    Planted(folder="shared_files", nodeid="tests/test_vault.py::test_everybody_may_read_it", category="environment"),
    Planted(folder="form_letters", nodeid="tests/test_letters.py::test_the_name_is_filled_in", category="environment"),
    Planted(
        folder="mirror_lists",
        nodeid="tests/test_mirrors.py::test_mirrors_are_fetched",
        category="environment",
        machine=(("http_proxy", "http://127.0.0.1:9"), ("no_proxy", "")),
    ),
    Planted(folder="herb_cards", nodeid="tests/test_drawer.py::test_the_oldest_comes_first", category="filesystem"),
    Planted(folder="scan_folders", nodeid="tests/test_scans.py::test_the_desk_is_in_the_name", category="filesystem"),
    Planted(folder="toll_books", nodeid="tests/test_tolls.py::test_some_are_known", category="resource_leak"),
    Planted(folder="badge_reads", nodeid="tests/test_gate.py::test_a_morning", category="memory_gc"),
    Planted(folder="echo_ports", nodeid="tests/test_echo.py::test_echo", category="network"),
    Planted(folder="recipe_weights", nodeid="tests/test_recipes.py::test_weight", category="floating_point"),
    Planted(folder="export_formats", nodeid="tests/test_formats.py::test_names", category="order_dependency", order=True),
    Planted(folder="deploy_target", nodeid="tests/test_b_defaults.py::test_default_target", category="order_dependency", order=True),
    Planted(folder="exchange_rates", nodeid="tests/test_2_convert.py::test_dollars[five]", category="order_dependency", order=True),
    Planted(
        folder="feature_flags",
        nodeid="tests/test_defaults.py::TestDefaults::test_dark_mode_is_off",
        category="order_dependency",
        order=True,
    ),
    Planted(folder="quiet_logging", nodeid="tests/test_load.py::test_skipped_rows_are_told", category="order_dependency", order=True),
    Planted(
        folder="price_feed", nodeid="tests/test_feed.py::test_prices_are_kept_in_order", category="order_dependency", order=True, budget=60
    ),
    Planted(folder="plugin_loader", nodeid="tests/test_plugins.py::TestCalls::test_greet", category="order_dependency"),
    Planted(folder="mail_queue", nodeid="tests/test_mailer.py::test_mail_is_sent", category="async_wait"),
    Planted(folder="audit_trail", nodeid="tests/test_desk.py::test_order_is_audited", category="async_wait", budget=40),
    Planted(folder="thumbnails", nodeid="tests/test_thumbs.py::test_the_picture_is_kept", category="async_wait", budget=60),
    Planted(folder="render_deadline", nodeid="tests/test_pages.py::test_a_page_is_rendered", category="timeout"),
    Planted(folder="seat_booking", nodeid="tests/test_hall.py::test_a_seat_is_booked_once", category="concurrency", budget=40),
    Planted(folder="release_files", nodeid="tests/test_manifests.py::test_manifest_is_sorted_by_name", category="concurrency"),
    Planted(
        folder="download_totals",
        nodeid="tests/test_downloads.py::test_total_of_parallel_downloads",
        category="concurrency",
        budget=60,
    ),
    Planted(
        folder="map_tiles",
        nodeid="tests/test_tiles.py::test_a_tile_is_rendered_once",
        category="concurrency",
        budget=60,
    ),
]
TIMED = frozenset({"async_wait", "timeout", "concurrency"})
MENDED = ("seat_numbers", "migrations")  # their causes are mended in a known way
BROKEN = [
    ("invoice_rounding", "test_invoices.py::test_vat_is_rounded_up"),
    ("user_lookup", "test_users.py::TestTokens::test_every_user_has_one"),
    ("stock_report", "test_stock.py::test_report_has_a_header"),
]
STABLE = [
    ("session_tokens", "test_sessions.py::test_nothing_is_lost"),
    ("seeded_maze", "test_maze.py::test_two_mazes_of_one_seed_are_equal"),
    ("rate_limiter", "test_limiter.py::test_never_more_than_two_at_once"),
]


class Workshop:
    """Diagnoses in the background, two at a time, in the order in which the tests will ask for them."""

    def __init__(self, folder: Path, pool: ThreadPoolExecutor) -> None:
        self.folder, self.pool = folder, pool
        self.started: dict[tuple[str, bool], Future[dict[str, Any]]] = {}

    def start(self, folder: str, nodeid: str, *, repaired: bool = False, case: Planted | None = None) -> Future[dict[str, Any]]:
        key = (folder, repaired)
        if key not in self.started:
            self.started[key] = self.pool.submit(self._diagnose, self._copy(folder, repaired), nodeid, case)
        return self.started[key]

    def again(self, case: Planted) -> dict[str, Any]:
        """Diagnose in a new copy: runs are draws, and what is a matter of milliseconds may be spoiled by the diagnosis beside it."""
        root = self.folder / f"{case.folder}-again" / "project"
        shutil.copytree(HERE / case.folder / "project", root)
        return self._diagnose(root, case.nodeid, case)

    def _copy(self, folder: str, repaired: bool) -> Path:
        root = self.folder / f"{folder}{'-repaired' * repaired}" / "project"
        shutil.copytree(HERE / folder / "project", root)
        if repaired:
            shutil.copytree(HERE / folder / "repaired", root, dirs_exist_ok=True)
        return root

    def _diagnose(self, root: Path, nodeid: str, case: Planted | None) -> dict[str, Any]:
        command = [sys.executable, "-m", "flakemark", "diagnose", nodeid, "--root", str(root), "--runs", "2"]
        command += ["--json", str(root.parent / "report.json"), "--budget", str(case.budget if case else 6)]
        if case is not None and (case.order or case.rare or case.imported or case.machine or case.runs_before):
            command += ["--junit", str(failed_run(root, case))]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
        assert done.returncode == 0, done.stderr
        [diagnosis] = json.loads((root.parent / "report.json").read_text(encoding="utf-8"))["tests"]
        return diagnosis


def failed_run(root: Path, case: Planted) -> Path:
    """Run the suite as CI would, and return the JUnit report in which the test fails."""
    junit = root.parent / "junit.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={junit}"]
    if case.rare:
        command += ["-p", "provoke"]
    machine = environment(HERE / case.folder) | dict(case.machine)
    for _ in range(50 if case.imported or case.order else 1 + case.runs_before):
        done = subprocess.run(command, cwd=root, env=machine, capture_output=True, text=True, check=False)
        if f"FAILED {case.nodeid}" in done.stdout or f"ERROR {case.nodeid}" in done.stdout:
            return junit
    raise AssertionError(f"{case.nodeid} did not fail: {done.stdout}")


def environment(*folders: Path) -> dict[str, str]:
    """Without the plugins that happen to be installed here: they cost most of the start of a process."""
    search_path = os.pathsep.join(filter(None, [*map(str, folders), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": search_path, "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@pytest.fixture(scope="module")
def workshop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    pool = ThreadPoolExecutor(max_workers=2)
    made = Workshop(tmp_path_factory.mktemp("planted"), pool)
    for item in request.session.items:
        if item.path == Path(__file__) and isinstance(item, pytest.Function) and not item.get_closest_marker("skip"):
            wanted = item.callspec.params
            if "workshop" in item.fixturenames and "case" in wanted:
                repaired = item.originalname == "test_the_repaired_twin_gets_no_cause"
                made.start(wanted["case"].folder, wanted["case"].nodeid, repaired=repaired, case=None if repaired else wanted["case"])
            elif "nodeid" in wanted:
                made.start(wanted["folder"], wanted["nodeid"])
    yield made
    pool.shutdown(cancel_futures=True)


def planted_or_gap(case: Planted) -> Any:
    marks = [pytest.mark.xfail(reason=case.gap, strict=True)] if case.gap else []
    return pytest.param(case, id=case.folder, marks=marks)


@pytest.mark.parametrize("case", [planted_or_gap(case) for case in PLANTED])
def test_the_planted_line_is_found_and_proved(workshop: Workshop, case: Planted) -> None:
    diagnosis = workshop.start(case.folder, case.nodeid, case=case).result()
    if diagnosis["cause"] is None:  # silence may be bad luck; a wrong line never is
        diagnosis = workshop.again(case)
    cause = diagnosis["cause"]
    assert cause is not None, diagnosis
    assert (cause["file"], cause["line"]) in case.guilty(), diagnosis
    assert cause["end_line"] - cause["line"] < (WINDOW if case.category == "concurrency" else 1)
    assert (diagnosis["verdict"], cause["category"], cause["status"]) == ("flaky", case.category, "confirmed")
    forced = [(one["passed"], one["failed"]) for one in diagnosis["evidence"]["interventions"] if one["kind"] not in ("none", "control")]
    strays = 0.1 if case.category in TIMED else 0.0  # a delay that is forced meets a machine that is late by itself
    assert any(failed >= COUNTED and passed <= strays * failed for passed, failed in forced), forced
    assert any(passed >= COUNTED and failed <= strays * passed for passed, failed in forced), forced


@pytest.mark.parametrize("case", [pytest.param(case, id=case.folder) for case in PLANTED if case.folder == "lunch_offers"])
def test_several_causes_are_a_set(workshop: Workshop, case: Planted) -> None:
    diagnosis = workshop.start(case.folder, case.nodeid, case=case).result()
    proven = {(one["file"], one["line"]) for one in diagnosis["candidates"] if one["status"] == "confirmed"}
    assert proven == case.guilty()
    assert any("a cause more" in note for note in diagnosis["notes"])


@pytest.mark.parametrize("case", [pytest.param(case, id=case.folder) for case in PLANTED if case.folder in MENDED])
def test_the_patch_applies_and_mends_it(workshop: Workshop, case: Planted, tmp_path: Path) -> None:
    fix = workshop.start(case.folder, case.nodeid, case=case).result()["fix"]
    assert fix["verified"] == {"runs": 50, "failed": 0}
    root = shutil.copytree(case.project, tmp_path / "project")
    subprocess.run(["git", "apply", "-"], cwd=root, input=fix["patch"], text=True, check=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", case.nodeid]
    ended = [subprocess.run(command, cwd=root, env=environment() | {"PYTHONHASHSEED": str(n)}, check=False).returncode for n in range(4)]
    assert ended == [0] * 4


@pytest.mark.parametrize("case", [pytest.param(case, id=case.folder) for case in PLANTED])
def test_the_repaired_twin_gets_no_cause(workshop: Workshop, case: Planted) -> None:
    diagnosis = workshop.start(case.folder, case.nodeid, repaired=True).result()
    assert (diagnosis["verdict"], diagnosis["cause"], diagnosis["candidates"]) == ("not_reproduced", None, []), diagnosis


@pytest.mark.parametrize(("folder", "nodeid"), BROKEN, ids=[folder for folder, _ in BROKEN])
def test_a_bug_among_random_values_is_a_consistent_failure(workshop: Workshop, folder: str, nodeid: str) -> None:
    diagnosis = workshop.start(folder, nodeid).result()
    assert (diagnosis["verdict"], diagnosis["cause"]) == ("consistent_failure", None), diagnosis


@pytest.mark.parametrize(("folder", "nodeid"), STABLE, ids=[folder for folder, _ in STABLE])
def test_a_stable_test_full_of_changing_values_is_left_alone(workshop: Workshop, folder: str, nodeid: str) -> None:
    diagnosis = workshop.start(folder, nodeid).result()
    assert (diagnosis["verdict"], diagnosis["cause"], diagnosis["candidates"]) == ("not_reproduced", None, []), diagnosis


@pytest.mark.parametrize("case", [pytest.param(case, id=case.folder) for case in PLANTED])
def test_every_flake_has_one_cause_or_two_and_its_twin_none(case: Planted) -> None:
    assert 1 <= len(case.guilty()) <= 2
    repaired = sorted((HERE / case.folder / "repaired").rglob("*.py"))
    assert repaired
    assert not [path for path in repaired if MARKER in path.read_text(encoding="utf-8")]
