import time

import plugins


def test_setup_registers():
    plugins.setup()
    assert "greet" in plugins.registry


def test_times_are_dates():
    assert time.time() > 0


class TestCalls:
    def test_greet(self):
        result = plugins.call("greet", "ada")  # CAUSE
        assert result == "hello ada"
