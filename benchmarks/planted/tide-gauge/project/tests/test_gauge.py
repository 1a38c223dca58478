import queue

import pytest

from tides import Recorder, heights, record


@pytest.mark.parametrize("kind, top", [("neap", 1.1), ("spring", 2.4)])
def test_heights(kind, top):
    assert max(heights(kind, 8)) == top


class TestRecording:
    def test_prefilled_line(self):
        line = queue.SimpleQueue()
        for value in (0.2, -0.4, 1.0):
            line.put(value)
        recorder = Recorder(line)
        assert recorder.collect() == [0.2, -0.4, 1.0]
        assert recorder.range() == 1.4

    def test_empty_line(self):
        recorder = Recorder(queue.Queue())
        recorder.collect()
        assert recorder.range() == 0.0

    @pytest.mark.parametrize("kind", ["spring"])
    def test_full_cycle(self, kind):
        recorder = record(kind)
        assert recorder.range() == 4.8
