import pytest

from vitrine.app import main, parser


def test_command_is_required(capsys):
    with pytest.raises(SystemExit):
        parser().parse_args([])
    assert "usage: vitrine" in capsys.readouterr().err


def test_default_format():
    assert parser().parse_args(["export", "x.json"]).format == "plain"


def test_list_of_formats(capsys):
    assert main(["formats"]) == 0
    assert capsys.readouterr().out.split() == ["markdown", "plain"]


def test_export(catalogue, capsys):
    assert main(["export", str(catalogue)]) == 0
    assert capsys.readouterr().out == "A1: Amber comb\nA2: Tin whistle\n"
