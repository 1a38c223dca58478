import uuid

import exporters


def shout(value):
    return str(value).upper()


class TestCustomFormat:
    def test_is_used(self, monkeypatch):
        monkeypatch.setattr(exporters, "_formats", list(exporters._formats))
        exporters.register("shout", shout)
        ticket = uuid.uuid4().hex
        assert exporters.export("shout", ticket) == ticket.upper()
