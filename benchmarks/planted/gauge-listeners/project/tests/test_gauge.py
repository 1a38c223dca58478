import gc
import json
import os

import pytest

from gauges.receivers import Offset, Recorder, Scale
from gauges.signal import Gauge


@pytest.fixture
def session_info(tmp_path):
    info = {name: value for name, value in os.environ.items() if name.startswith("PY")}
    (tmp_path / "session.json").write_text(json.dumps(info | {"pid": os.getpid()}))
    return info


@pytest.fixture
def gauge(session_info):
    return Gauge()


def test_no_receivers(gauge):
    assert gauge.set(1.5) == 1.5


def test_recorder_sees_value(gauge):
    recorder = gauge.changed.connect(Recorder())
    gauge.set(2.0)
    assert recorder.seen == [2.0]


def test_calibration_chain(gauge):
    offset = gauge.changed.connect(Offset(-0.5))
    scale = gauge.changed.connect(Scale(10))
    assert gauge.set(2.0) == 15.0
    assert (offset.by, scale.factor) == (-0.5, 10)


def test_dead_receivers_are_dropped(gauge):
    gauge.changed.connect(Offset(1))
    gc.collect()
    assert len(gauge.changed) == 0
