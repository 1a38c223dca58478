import random

from invoices import invoice


def items():
    return [(100, 2), (random.randint(1, 5) * 100, 0), (50, 1)]


def test_numbers_differ():
    assert invoice(items())["number"] != invoice(items())["number"]


def test_vat_is_rounded_up():
    assert invoice(items())["vat"] == 48
