import unittest
from datetime import date

from seedbank import sheet
from seedbank.accession import Accession


def accession(species, grams=1.5, **extra):
    return Accession(species, grams, received=date.today(), **extra)


class SheetTest(unittest.TestCase):
    def test_header(self):
        self.assertEqual(sheet.dump([]).strip(), "tag,species,grams")

    def test_numbers_come_back_as_numbers(self):
        [row] = sheet.load(sheet.dump([accession("Malus", 12, tag="m-1")]))
        self.assertEqual(row["grams"], 12)

    def test_species_with_comma(self):
        text = sheet.dump([accession("Pyrus, wild", tag="p-9")])
        self.assertEqual(sheet.load(text)[0]["species"], "Pyrus, wild")

    def test_round_trip(self):
        items = [accession("Secale cereale", 40.0)]
        rows = sheet.load(sheet.dump(items))
        self.assertEqual(rows, [{"tag": i.tag, "species": i.species, "grams": i.grams} for i in items])
