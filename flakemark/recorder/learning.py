"""What a session leaves for the next one in pytest's cache folder: prepared modules, and which sites were hot.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
from typing import Any

from flakemark.trace.hook import ProjectFinder
from flakemark.trace.recording import RECORDER

_join, _isabs, _expanduser, _expandvars = os.path.join, os.path.isabs, os.path.expanduser, os.path.expandvars
NAME = "flakemark"


def earlier(config: Any) -> str:
    """Return the folder that earlier sessions have left, "" if the cache is switched off or is going to be cleared.

    pytest's own object for it is not there yet when the recorder's import hook has to be.
    """
    if getattr(config.known_args_namespace, "cacheclear", False):
        return ""
    try:
        named = _expandvars(_expanduser(config.getini("cache_dir")))
    except (ValueError, KeyError):  # -p no:cacheprovider
        return ""
    return _join(named if _isabs(named) else _join(str(config.rootpath), named), "d", NAME)


def keep_for_later(config: Any, finder: ProjectFinder) -> None:
    """Write what this session has learned; a folder that cannot be written to is no matter."""
    cache = getattr(config, "cache", None)
    if cache is None or not finder.shelf.folder or config.pluginmanager.hasplugin("dsession"):  # xdist's controller runs no test
        return
    try:
        folder = str(cache.mkdir(NAME))  # with what pytest puts beside it: the folder is not to be committed
    except Exception:  # noqa: BLE001 - not writable, or somebody's own kind of cache
        return
    try:
        finder.shelf.flush(folder)
        if finder.hot.folder:
            finder.hot.learn(_hottest_first(finder), folder)
    except Exception:  # noqa: BLE001 - no memory, or a bug of ours: the session must not end with it, the next one learns it again
        return


def _hottest_first(finder: ProjectFinder) -> list[tuple[str, int, bool]]:
    hot, sites = RECORDER.hot(), RECORDER.table.sites
    found = [
        (hot[number], file, places[number - numbers.start], sites[number].kind == "call")
        for file, numbers, places in finder.loaded
        for number in hot.keys() & numbers
    ]
    return [(file, place, is_call) for _, file, place, is_call in sorted(found, reverse=True)]
