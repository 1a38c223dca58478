from gauges.collect import FLOWS, Probe, discharge_by_probe, total_discharge

import pytest


@pytest.fixture(scope="module")
def probes():
    return [Probe(name) for name in FLOWS]


@pytest.mark.parametrize("name, flow", [("mill race", 0.03486), ("old lock", 1.71534)])
def test_single_probe(name, flow):
    assert Probe(name, latency=0).read() == pytest.approx(flow)


def test_every_probe_is_read(probes):
    assert list(discharge_by_probe(probes)) == list(FLOWS)


def test_total_matches_parts(probes):
    parts = discharge_by_probe(probes)
    assert total_discharge(probes) == sum(parts.values())


def test_no_probes():
    assert total_discharge([]) == 0.0
