from __future__ import annotations

import re
from collections.abc import Callable

from politecrawl.frontier import Frontier
from politecrawl.throttle import Throttle

LINK = re.compile(r'href="([^"]+)"')


def crawl(seeds: list[str], fetch: Callable[[str], str], throttle: Throttle, limit: int = 100) -> list[str]:
    frontier = Frontier(seeds)
    visited = []
    for url in frontier:
        if len(visited) == limit:
            break
        throttle.wait(url)
        page = fetch(url)
        visited.append(url)
        for link in LINK.findall(page):
            frontier.add(link, base=url)
    return visited
