import random
import shutil
import tempfile
import unittest
from pathlib import Path

from scores.library import Library, OutsideLibrary


class LibraryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="scores-"))
        (cls.folder / "trios").mkdir()
        for name in ("dumky.ly", "archduke.mscz", "ghost.mscz"):
            (cls.folder / "trios" / name).touch()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def test_empty(self):
        self.assertEqual(len(Library(self.folder)), 0)

    def test_outside_is_refused(self):
        with self.assertRaises(OutsideLibrary):
            Library(self.folder / "trios").key_for(self.folder / "x.ly")

    def test_listing_by_composer(self):
        library = Library(self.folder)
        pieces = [("archduke.mscz", "Beethoven"), ("ghost.mscz", "Beethoven"),
                  ("dumky.ly", "Dvorak")]
        random.shuffle(pieces)
        for name, composer in pieces:
            library.add(self.folder / "trios" / name, composer)
        self.assertEqual(library.by_composer("Beethoven"),
                         ["trios/archduke.mscz", "trios/ghost.mscz"])

    def test_unknown_composer(self):
        self.assertEqual(Library(self.folder).by_composer("Satie"), [])
