import random
import time

import pytest

from letters import Archive, LetterError, render

GREETING = "Dear << name|title >>,\nyour order << order >> has left."


def tape(number):
    time.sleep(random.uniform(0.012, 0.03))
    return f"letter {number}"


@pytest.fixture
def archive():
    return Archive(tape)


def test_fields_are_filled():
    assert render(GREETING, {"name": "ada byron", "order": 17}) == (
        "Dear Ada Byron,\nyour order 17 has left."
    )


@pytest.mark.parametrize("template", ["<< who >>", "<< name|shout >>"])
def test_mistakes_are_reported(template):
    with pytest.raises(LetterError):
        render(template, {"name": "ada"})


def test_bundle_reads_every_letter(archive):
    bundle = archive.bundle([4, 8, 15, 16])
    assert bundle["letters"] == ["letter 4", "letter 8", "letter 15", "letter 16"]
    assert archive.requests == 4


def test_upper_filter():
    assert render("<<name|upper>>", {"name": "ada"}) == "ADA"
