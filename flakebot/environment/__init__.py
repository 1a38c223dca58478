"""The project's own environment: which Python it wants, how it is installed, and doing it.

tree        the files of the project that say how it is installed
declared    what they declare: versions, extras, groups, requirements (pure)
locked      projects of Poetry and PDM at the versions of their lock (pure)
detect      a Python request and an install plan (pure)
cache       where wheels and interpreters are kept
system      packages of the system
provide     run the plan with uv, in the sandbox; or take an interpreter that is there
"""

from __future__ import annotations

from flakebot.environment.cache import hand_back, make_cache
from flakebot.environment.detect import InstallPlan, detect, python_request
from flakebot.environment.provide import Installer, Interpreter, provide
from flakebot.environment.system import install_system_packages
from flakebot.environment.tree import read_project, read_scripts

__all__ = [
    "InstallPlan",
    "Installer",
    "Interpreter",
    "detect",
    "hand_back",
    "install_system_packages",
    "make_cache",
    "provide",
    "python_request",
    "read_project",
    "read_scripts",
]
