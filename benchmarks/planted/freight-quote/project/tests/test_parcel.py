import pytest

from freight.parcel import Parcel


def test_light_but_large():
    assert Parcel(100, 50, 50, 3.0).chargeable == 50.0


def test_chargeable_covers_weight(make_parcel):
    parcel = make_parcel()
    assert parcel.chargeable >= parcel.weight


@pytest.mark.parametrize("given", [{"length": 0}, {"weight": -1.0}])
def test_extent(make_parcel, given):
    with pytest.raises(ValueError):
        make_parcel(**given)
