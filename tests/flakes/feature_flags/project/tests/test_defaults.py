from flags import enabled


class TestDefaults:
    def test_unknown_flags_are_off(self):
        assert not enabled("teleport")

    def test_dark_mode_is_off(self):
        assert not enabled("dark_mode")
