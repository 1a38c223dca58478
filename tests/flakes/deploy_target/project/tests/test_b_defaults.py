import os

from deploy import Target


def test_has_run_id():
    assert os.environ["DEPLOY_RUN"].startswith("run-")


def test_default_target():
    assert Target.current() == Target("staging", 1)
