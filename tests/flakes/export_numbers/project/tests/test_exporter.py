from exporter import Exporter


def test_numbers_go_on(tmp_path):
    exporter = Exporter(tmp_path / "state.json")
    exporter.export(["a", "b"])
    assert exporter.export(["c"]) == {3: "c"}


def test_numbers_begin_with_one():
    assert Exporter().export(["a", "b"]) == {1: "a", 2: "b"}
