import pytest

from badges import Gate, Read


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.close()


def test_the_same_read_is_logged_once(gate):
    read = Read("a17", 2)
    gate.report(read)
    gate.report(read)
    gate.close()
    assert gate.log == ["a17 at 2"]


def test_a_morning(gate, tmp_path):
    for number in range(3):
        gate.report(Read(f"a{number}", number % 3))
    (tmp_path / "noon").touch()
    for number in range(3, 6):
        gate.report(Read(f"a{number}", number % 3))
    gate.close()
    assert len(gate.log) == 6
