import time

import plugins


def test_setup_registers():
    plugins.setup()
    assert "greet" in plugins.registry


def test_times_are_dates():
    assert time.time() > 0


class TestCalls:
    def test_greet(self):
        plugins.setup()
        result = plugins.call("greet", "ada")
        assert result == "hello ada"
