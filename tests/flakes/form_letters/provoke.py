"""The tests are started from another directory."""

import os

import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call():
    before = os.getcwd()
    os.chdir("/")
    yield
    os.chdir(before)
