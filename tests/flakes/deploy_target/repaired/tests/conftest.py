import time

import pytest


@pytest.fixture
def production(monkeypatch):
    monkeypatch.setenv("DEPLOY_STAGE", "production")
    return "production"


@pytest.fixture(autouse=True)
def run_id(monkeypatch):
    monkeypatch.setenv("DEPLOY_RUN", f"run-{time.time_ns()}")
