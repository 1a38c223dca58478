from beamline.jobs import Cut, Job, JobRefused
from beamline.machine import Machine, State

__all__ = ["Cut", "Job", "JobRefused", "Machine", "State"]
