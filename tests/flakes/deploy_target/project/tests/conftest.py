import os
import time

import pytest


@pytest.fixture
def production():
    os.environ["DEPLOY_STAGE"] = "production"  # CAUSE
    return "production"


@pytest.fixture(autouse=True)
def run_id(monkeypatch):
    monkeypatch.setenv("DEPLOY_RUN", f"run-{time.time_ns()}")
