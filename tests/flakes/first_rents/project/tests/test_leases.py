from datetime import date

from leases import Lease


def test_numbers_differ():
    assert Lease("ada").number != Lease("bob").number


def test_rent_of_an_old_lease():
    assert Lease("ada", date(2024, 5, 7)).first_rent() == date(2024, 6, 7)


def test_rent_is_due_after_signing():
    lease = Lease("ada")
    assert lease.first_rent() > lease.signed
