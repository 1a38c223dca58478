from oncall.calendar import Shift, week
from oncall.planner import Planner, Unstaffed
from oncall.team import Engineer, Team

__all__ = ["Engineer", "Planner", "Shift", "Team", "Unstaffed", "week"]
