"""A machine on which 64 files can be open at once."""

import resource

import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)
