from doors import Badge, Door


def guests(*names):
    return [Badge(name) for name in names]


class TestDoor:
    def setup_method(self):
        self.door = Door()

    def test_is_closed_at_first(self):
        assert len(self.door) == 0

    def test_admits_a_group(self):
        for badge in guests("ada", "bob", "cyd"):
            self.door.admit(badge)
        assert len(self.door) == 3
