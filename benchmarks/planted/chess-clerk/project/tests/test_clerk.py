from datetime import date

import pytest

from clerk import build_parser, help_for


@pytest.fixture(scope="class")
def parser():
    return build_parser()


class TestArguments:
    def test_round(self, parser):
        assert parser.parse_args(["pair", "--round", "3"]).round == 3

    def test_since(self, parser):
        assert parser.parse_args(["rate", "--since", "2024-02-29"]).since == date(2024, 2, 29)

    def test_command_is_required(self, parser, capsys):
        with pytest.raises(SystemExit):
            parser.parse_args([])
        assert "required" in capsys.readouterr().err


class TestHelp:
    def test_pair_options(self):
        text = help_for("pair")
        assert "--avoid-rematches" in text
        assert "  never pair the same players twice\n" in text
