import pytest


class TestNight:
    def test_every_hour_is_logged(self, controller):
        controller.night()
        assert [sorted(values) for values in controller.log] == [["ph", "temperature"]] * 8

    def test_nothing_to_report(self, controller):
        controller.night()
        assert controller.alarms == []

    def test_cold_water(self, tank, controller):
        tank.temperature = 22.0
        controller.night(hours=3)
        assert [alarm.hour for alarm in controller.alarms if alarm.quantity == "temperature"] == [1, 2]


class TestFeeding:
    @pytest.mark.parametrize("meals", [1, 3])
    def test_plan(self, controller, meals):
        plan = controller.feeding_plan(meals)
        assert len(set(plan)) == meals
        assert all(8 <= hour < 20 for hour in plan)

    def test_feeding_lowers_ph(self, tank):
        tank.feed(12)
        assert tank.ph == 8.15
