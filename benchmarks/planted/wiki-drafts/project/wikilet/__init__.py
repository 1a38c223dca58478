from wikilet.page import Page
from wikilet.space import Space

__all__ = ["Page", "Space"]
