from factories import make_parcel


def test_a_new_shelf_is_empty(shelf):
    assert shelf.parcels == []


def test_a_parcel_fits(shelf):
    parcel = make_parcel()
    shelf.put(parcel)
    assert shelf.parcels == [parcel]
