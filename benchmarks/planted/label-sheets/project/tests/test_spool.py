import pytest

from labelprinter import Label, Spool, SpoolBusy


def test_shop_is_told(spool, notifier, label):
    ref = spool.print(label, priority=2)
    event = notifier.wait_for(ref)
    assert event["ref"] == ref
    assert event["priority"] == 2


def test_only_one_holder(spool, printer):
    with pytest.raises(SpoolBusy, match="in use"):
        Spool(printer).open()


def test_closed_spool_does_not_print(tmp_path, label):
    with pytest.raises(RuntimeError, match="not open"):
        Spool(tmp_path).print(label)


def test_labels_are_numbered(spool):
    for name in ("Ada", "Grace", "Edith"):
        spool.print(Label(name, ("c/o Analytical Engines Ltd",)))
    assert spool.pending() == ["0000.zpl", "0001.zpl", "0002.zpl"]


def test_nothing_pending(tmp_path):
    with Spool(tmp_path / "zebra-02") as spool:
        assert spool.pending() == []


def test_express_label(spool, label):
    spool.print(label, priority=3)
    assert len(spool.pending()) == 1
