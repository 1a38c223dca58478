import threading

from tram import HEAD


def test_header_is_two_bytes():
    assert HEAD.size == 2


def test_quiet_stop(board):
    assert board.show("Depot") == []


def test_departures(board):
    seen = []
    watcher = threading.Thread(target=lambda: seen.append(board.show("Plaza")))
    watcher.start()
    watcher.join(2)
    assert seen == [["4 Harbour", "9 Zoo"]]


def test_unknown_stop(board):
    assert board.show("Moon") == []
