import unittest

from contacts.cluster import AddressBook, Clusters


class AddressBookTest(unittest.TestCase):
    def setUp(self):
        self.clusters = Clusters()
        self.clusters.link("ines@example.org", "i.moreau@example.com")
        self.clusters.link("kofi@example.org", "kofi@example.net")
        self.clusters.add("lone@example.org")

    def test_number_of_people(self):
        self.assertEqual(AddressBook(self.clusters).people(), 3)

    def test_groups_are_closed(self):
        self.clusters.link("kofi@example.net", "boateng@example.com")
        sizes = sorted(map(len, self.clusters.groups()))
        self.assertEqual(sizes, [1, 2, 3])

    def test_lookup_of_second_address(self):
        book = AddressBook(self.clusters)
        self.assertEqual(book.lookup("I.Moreau@example.com"), "ines@example.org")

    def test_lookup_of_single_address(self):
        book = AddressBook(self.clusters)
        self.assertEqual(book.lookup("Lone@example.org"), "lone@example.org")

    def test_both_addresses_agree(self):
        book = AddressBook(self.clusters)
        self.assertEqual(book.lookup("kofi@example.org"), book.lookup("kofi@example.net"))
