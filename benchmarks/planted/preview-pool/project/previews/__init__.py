from previews.document import Document, Library
from previews.pool import PreviewPool

__all__ = ["Document", "Library", "PreviewPool"]
