"""Packages of the system, which only root can install; what they contain comes from Debian, not from the pull request."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from flakebot.environment.provide import Installer
from flakebot.errors import EnvironmentBroken


def install_system_packages(names: Sequence[str], installer: Installer, cwd: Path) -> None:
    """Install Debian packages.

    Args:
        names: checked by the settings: no options and no paths.
        installer: one that runs as our own user.
        cwd: any folder.

    Raises:
        EnvironmentBroken: if we are not root, if there is no apt, or if it fails.
    """
    if not names:
        return
    apt = shutil.which("apt-get", path=installer.environ.get("PATH"))
    if os.geteuid() != 0 or apt is None:
        raise EnvironmentBroken("input apt: packages of the system can only be installed by root on Debian, as in the action's container")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    installer.run((apt, "update", "-qq"), cwd, quiet)
    installer.run((apt, "install", "-y", "-qq", "--no-install-recommends", "--", *names), cwd, quiet)
