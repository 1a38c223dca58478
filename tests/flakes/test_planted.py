"""Planted flakes: each guilty line ends in `# CAUSE`, each flake has a repaired twin on which the tool must stay silent.

A case is a folder: `project/` is what a user's checkout would look like, `repaired/` holds the files that a maintainer's
fix changes. Cases are copied elsewhere before they run: this project's own pytest configuration must not apply to them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
MARKER = "# CAUSE"
WINDOW = 8  # lines of a race at most, from the read to the write


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A flaky test and the report that is expected beyond the line.

    Attributes:
        order: the test fails through another one, so the report of a whole failed run is given to the tool.
        rare: the test hardly ever fails by itself (under 2 %), the tool has to provoke the failure.
        budget: seconds; what is needed on two cores, with a margin.
    """

    folder: str
    nodeid: str
    category: str
    order: bool = False
    rare: bool = False
    budget: float = 20
    gap: str = ""

    @property
    def project(self) -> Path:
        return HERE / self.folder / "project"

    @property
    def repaired(self) -> Path:
        return HERE / self.folder / "repaired"

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
    Planted(folder="price_samples", nodeid="test_pricing.py::test_shares_add_up[couple]", category="randomness"),
    Planted(folder="loot_drops", nodeid="tests/test_chest.py::test_is_cheap", category="randomness"),
    Planted(folder="door_pins", nodeid="tests/test_doors.py::TestDoor::test_admits_a_group", category="randomness"),
    Planted(folder="parcel_sizes", nodeid="tests/test_shelf.py::test_a_parcel_fits", category="randomness"),
    Planted(folder="phone_plans", nodeid="tests/test_invoices.py::TestHeavyUse::test_invoice_has_a_ceiling", category="randomness"),
    Planted(folder="sensor_noise", nodeid="tests/test_signal.py::test_level_is_kept", category="randomness"),
    Planted(folder="post_tags", nodeid="tests/test_post.py::test_rendering[two]", category="unordered_collection"),
    Planted(folder="event_bus", nodeid="test_bus.py::test_audit_comes_first", category="unordered_collection"),
    Planted(folder="build_steps", nodeid="tests/test_plan.py::test_whole_order", category="unordered_collection"),
    Planted(folder="seat_numbers", nodeid="tests/test_rows.py::test_cards", category="unordered_collection"),
    Planted(folder="migrations", nodeid="tests/test_migrate.py::test_newest_version", category="filesystem"),
    Planted(folder="audit_stamps", nodeid="tests/test_journal.py::test_is_stamped", category="time", rare=True),
    Planted(
        folder="parking_tickets",
        nodeid="tests/test_tickets.py::TestSelling::test_ten_minutes_end_later",
        category="time",
        rare=True,
    ),
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
    Planted(folder="plugin_loader", nodeid="tests/test_plugins.py::TestCalls::test_greet", category="order_dependency"),
    Planted(folder="mail_queue", nodeid="tests/test_mailer.py::test_mail_is_sent", category="async_wait"),
    Planted(folder="audit_trail", nodeid="tests/test_desk.py::test_order_is_audited", category="async_wait"),
    Planted(
        folder="download_totals",
        nodeid="tests/test_downloads.py::test_total_of_parallel_downloads",
        category="concurrency",
        rare=True,
    ),
    Planted(folder="map_tiles", nodeid="tests/test_tiles.py::test_a_tile_is_rendered_once", category="concurrency"),
]
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
