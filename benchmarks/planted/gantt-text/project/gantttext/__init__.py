from gantttext.render import render
from gantttext.schedule import Schedule, Task

__all__ = ["Schedule", "Task", "render"]
