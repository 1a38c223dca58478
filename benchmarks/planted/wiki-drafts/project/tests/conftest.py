import time

import pytest

from wikilet import Space

HANDBOOK = """\
# Handbook

Start with [[On Boarding]], then read about [[Travel Costs|travel]] and [[Holidays]].

## Contact

Ask [[People Team]].

## History

See [[Handbook]] itself.
""" + "\n".join(f"### Release {n}\n\nSee [[Release {n}]] and [[Release {n - 1}]].\n" for n in range(1, 25))


@pytest.fixture
def handbook():
    return HANDBOOK


@pytest.fixture
def space(handbook):
    space = Space("people")
    space.add("Handbook", handbook)
    space.add("On Boarding", "Back to the [[Handbook]].")
    space.add("Holidays", "# Holidays\n25 days.")
    return space


@pytest.fixture
def later():
    def wait():
        time.sleep(0.005)

    return wait
