from notesearch.index import Index
from notesearch.notebook import Note, Notebook

__all__ = ["Index", "Note", "Notebook"]
