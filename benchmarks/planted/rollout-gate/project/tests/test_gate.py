import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from gate import Rollout
from gate.rollout import Subject

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def correlation():
    return uuid.uuid4().hex


def ask_worker(flag, percent, *accounts, correlation):
    out = subprocess.run(
        [sys.executable, "-m", "gate", flag, str(percent), *accounts],
        cwd=ROOT,
        env={**os.environ, "GATE_CORRELATION": correlation},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(out.stdout)


class TestRollout:
    def test_full_rollout_reaches_everyone(self):
        rollout = Rollout("dark-mode", 100)
        assert all(rollout.enabled(Subject(f"acc-{n}")) for n in range(50))

    def test_allow_list_beats_percentage(self):
        assert Rollout("dark-mode", 0, {"acc-1"}).enabled(Subject("acc-1"))

    def test_percentage_is_validated(self):
        with pytest.raises(ValueError):
            Rollout("dark-mode", 130)


class TestWorkerAgrees:
    def test_nobody_at_zero(self, correlation):
        answers = ask_worker("export", 0, "acc-7", "acc-9", correlation=correlation)
        assert answers == {"acc-7": False, "acc-9": False}

    def test_sticky_between_web_and_worker(self, correlation):
        local = {a: Rollout("export", 10).enabled(Subject(a)) for a in ("acc-7", "acc-9")}
        answers = ask_worker("export", 10, "acc-7", "acc-9", correlation=correlation)
        assert answers == local
