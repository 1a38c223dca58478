import time
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from plugbox.registry import Registry

TEMPLATE = "GAIN = {gain}\n\ndef run(value):\n    return value * GAIN\n"


class RegistryTest(unittest.TestCase):
    def setUp(self):
        scratch = TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.write("boost", gain=2)

    def write(self, name, gain):
        path = self.folder / f"{name}.py"
        path.write_text(TEMPLATE.format(gain=gain))
        return path

    def test_names_are_sorted(self):
        self.write("attenuate", gain=0.5)
        self.assertEqual(Registry(self.folder).names(), ["attenuate", "boost"])

    def test_apply(self):
        with Registry(self.folder) as registry:
            registry.load("boost")
            self.assertEqual(registry.apply("boost", 21), 42)

    def test_refresh_picks_up_edit(self):
        with Registry(self.folder) as registry:
            registry.load("boost")
            time.sleep(0.6)
            self.write("boost", gain=3)
            registry.refresh()
            self.assertEqual(registry.apply("boost", 10), 30)

    def test_modules_are_forgotten(self):
        with Registry(self.folder) as registry:
            first = registry.load("boost")
        with Registry(self.folder) as registry:
            self.assertIsNot(registry.load("boost"), first)
