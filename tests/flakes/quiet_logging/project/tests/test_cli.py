from importer.__main__ import main


class TestCommandLine:
    def test_counts(self):
        assert main(["1", "2"]) == 2

    def test_quiet(self, capsys):
        assert main(["--quiet", "1", "x"]) == 1  # CAUSE
        assert capsys.readouterr().out == ""
