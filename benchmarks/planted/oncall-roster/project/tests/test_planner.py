import pytest

from oncall import Shift, Unstaffed, week


class TestAssign:
    def test_least_loaded(self, planner):
        planner.load.update(amara=3, bartosz=1, dmitri=2)
        assert planner.assign(Shift("tue", "web"), set()) == "bartosz"

    def test_nobody_twice_a_day(self, planner):
        plan = planner.plan(week("web", "db"))
        for day in {shift.day for shift in plan}:
            names = [name for shift, name in plan.items() if shift.day == day]
            assert len(names) == len(set(names)) == 2

    def test_unstaffed(self, planner):
        with pytest.raises(Unstaffed, match="network on mon"):
            planner.plan([Shift("mon", "network"), Shift("mon", "web"), Shift("mon", "network")])


class TestWeek:
    MONDAY_TO_WEDNESDAY = ("mon", "tue", "wed")

    @pytest.mark.parametrize("skills", [("web",), ("db",), ("web", "db")], ids="+".join)
    def test_everything_is_covered(self, planner, skills):
        plan = planner.plan(week(*skills, days=("tue", "thu", "sun")))
        assert len(plan) == 3 * len(skills)

    def test_fair(self, planner):
        planner.plan(week("web", "db", days=self.MONDAY_TO_WEDNESDAY))
        assert planner.spread() <= 1

    def test_weekends_count_twice(self, planner):
        planner.plan(week("web", days=("sat", "sun")))
        assert sum(planner.load.values()) == 4
