import time
from contextlib import contextmanager
from types import SimpleNamespace

SITE = {
    "http://zoo.test/": '<a href="/owls">owls</a> <a href="/bats#top">bats</a>',
    "http://zoo.test/owls": '<a href="/">home</a> <a href="mailto:vet@zoo.test">vet</a>',
    "http://zoo.test/bats": '<a href="http://park.test/">park</a>',
    "http://park.test/": "closed",
}


@contextmanager
def stopwatch():
    watch = SimpleNamespace(seconds=None)
    begin = time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - begin
