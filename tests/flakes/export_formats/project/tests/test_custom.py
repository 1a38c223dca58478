import uuid

import exporters


def shout(value):
    return str(value).upper()


class TestCustomFormat:
    def test_is_used(self):
        exporters.register("shout", shout)  # CAUSE
        ticket = uuid.uuid4().hex
        assert exporters.export("shout", ticket) == ticket.upper()
