import pytest

import exporters


@pytest.mark.parametrize(("name", "result"), [("json", '"a"'), ("text", "a")])
def test_export(name, result):
    assert exporters.export(name, "a") == result


def test_names():
    assert exporters.names() == ["json", "text"]
