from __future__ import annotations

from wikilet.page import Page


class Space:
    def __init__(self, name: str):
        self.name = name
        self.pages: dict[str, Page] = {}

    def add(self, title: str, body: str = "") -> Page:
        page = Page.new(title, body)
        if page.slug in self.pages:
            raise KeyError(page.slug)
        self.pages[page.slug] = page
        return page

    def wanted(self) -> list[str]:
        targets = set().union(*(page.links for page in self.pages.values()))
        return sorted(targets - self.pages.keys())

    def orphans(self) -> list[str]:
        linked = {target for page in self.pages.values() for target in page.links - {page.slug}}
        return [slug for slug in self.pages if slug not in linked]

    def drafts(self) -> list[str]:
        """Pages that were created and never touched again."""
        return [slug for slug, page in self.pages.items() if page.pristine]
