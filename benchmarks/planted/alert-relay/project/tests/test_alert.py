import pytest

from alertrelay import Alert, Severity


def test_parse():
    alert = Alert.parse("db-1 | critical | disk full | 99%")
    assert (alert.source, alert.severity, alert.text) == ("db-1", Severity.CRITICAL, "disk full | 99%")


def test_str():
    alert = Alert("web", Severity.INFO, "deployed", ref="cafe")
    assert str(alert) == "[INFO] web: deployed (cafe)"


def test_unknown_severity():
    with pytest.raises(KeyError):
        Alert.parse("db-1 | awful | x")
