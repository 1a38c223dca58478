import pytest

from kitchen.parse import Ingredient, parse_line, shopping_list


@pytest.mark.parametrize(
    "line, expected",
    [
        ("250 ml of milk", Ingredient("milk", 250.0, "ml")),
        ("1/2 tsp salt", Ingredient("salt", 2.46, "ml")),
        ("2 gills of cream", Ingredient("cream", 236.6, "g")),
        ("1.5 kg potatoes", Ingredient("potatoes", 1500.0, "g")),
    ],
    ids=["milk", "salt", "cream", "potatoes"],
)
def test_parse_line(line, expected):
    assert parse_line(line) == expected


def test_unreadable_line():
    with pytest.raises(ValueError):
        parse_line("a pinch of saffron")


def test_same_ingredient_is_summed():
    totals = shopping_list(["100 ml water", "2 dl water", "3 oz butter"])
    assert totals == {("water", "ml"): 300.0, ("butter", "g"): 85.05}
