import pytest
from support import SITE, stopwatch

from politecrawl.crawler import crawl
from politecrawl.throttle import Throttle


def test_first_request_is_free():
    assert Throttle(5).wait("http://zoo.test/owls") == 0


def test_overrides():
    throttle = Throttle(1, overrides={"slow.test": 30})
    assert throttle.delay_for("slow.test") == 30
    assert throttle.delay_for("fast.test") == 1


def test_second_request_waits():
    throttle = Throttle(0.01)
    throttle.wait("http://zoo.test/")
    assert 0 < throttle.wait("http://zoo.test/owls") <= 0.01


def test_hosts_do_not_share():
    throttle = Throttle(5)
    with stopwatch() as watch:
        throttle.wait("http://zoo.test/")
        throttle.wait("http://park.test/")
    assert watch.seconds < 1


def test_pace():
    throttle = Throttle(0.02)
    with stopwatch() as watch:
        for path in ("owls", "bats", "foxes", "newts"):
            throttle.wait(f"http://zoo.test/{path}")
    assert watch.seconds == pytest.approx(0.06, rel=0.05)


def test_crawl():
    visited = crawl(["http://zoo.test/"], SITE.__getitem__, Throttle(0))
    assert visited == list(SITE)


def test_limit():
    assert len(crawl(["http://zoo.test/"], SITE.__getitem__, Throttle(0), limit=2)) == 2
