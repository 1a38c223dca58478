"""Talk to GitHub's runner: workflow commands in the log, outputs and the job summary.

commands    escape and neutralise workflow commands
log         what the program prints
files       GITHUB_OUTPUT and GITHUB_STEP_SUMMARY
"""

from __future__ import annotations

from flakebot.runner.commands import Annotation, annotation_command, inert
from flakebot.runner.files import RunnerFiles, write_outputs, write_summary
from flakebot.runner.log import Log

__all__ = ["Annotation", "Log", "RunnerFiles", "annotation_command", "inert", "write_outputs", "write_summary"]
