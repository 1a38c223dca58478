from alertrelay import Alert, Relay, Severity
from alertrelay.channels import Memory, Truncated

NIGHT = """
db-1   | warning  | replication lags 40 s
web-3  | critical | no answer
db-1   | info     | replication caught up
mail   | warning  | queue is long
web-3  | warning  | slow
backup | critical | disk full
"""


def test_same_alert_is_sent_once(channel, tmp_path):
    relay = Relay(channel, tmp_path / "journal")
    alert = Alert.parse("db-1 | critical | down")
    assert relay.submit(alert)
    assert not relay.submit(alert)
    relay.close()
    assert len(channel.messages) == 1


def test_night(channel, tmp_path):
    relay = Relay(channel, tmp_path / "journal")
    for line in NIGHT.strip().splitlines():
        relay.submit(Alert.parse(line))
    relay.close()
    assert channel.by_source() == {"db-1": 1, "web-3": 2, "mail": 1, "backup": 1}
    assert len((tmp_path / "journal").read_text().splitlines()) == len(channel.messages)


def test_storm(channel, tmp_path):
    relay = Relay(channel, tmp_path / "journal")
    for number in range(13):
        relay.submit(Alert(f"node-{number:02d}", Severity.CRITICAL, "no answer"))
    relay.close()
    assert len(channel.by_source()) == 13


def test_threshold(channel, tmp_path):
    relay = Relay(channel, tmp_path / "journal", threshold=Severity.CRITICAL)
    assert not relay.submit(Alert("db-1", Severity.WARNING, "slow"))
    relay.close()
    assert channel.messages == []


def test_truncated():
    memory = Memory()
    Truncated(memory, 10)("[INFO] web: deployed")
    assert memory.messages == ["[INFO] we…"]
