import re

import pytest

from labelkit.cli import main


class TestPrint:
    def test_lines(self, capsys):
        assert main(["Plum jam", "2025"]) == 0
        assert capsys.readouterr().out == "TEXT 0,0,Plum jam\nTEXT 0,53,2025\n"

    def test_serial(self, capsys):
        main(["Honey", "--serial"])
        assert re.fullmatch(r"TEXT 0,0,Honey,[0-9A-F]{6}\n", capsys.readouterr().out)

    @pytest.mark.parametrize(
        "profile, setting, second",
        [("a6", "page.dpi=300", 64), ("jar", "font.size=9", 53), ("a6", "border=no", None)],
        ids=["dpi", "size", "border"],
    )
    def test_settings(self, capsys, profile, setting, second):
        assert main(["Sloe gin", "batch 4", "--profile", profile, "--set", setting]) == 0
        last = capsys.readouterr().out.splitlines()[-1]
        assert second is None or last == f"TEXT 0,{second},batch 4"


class TestErrors:
    @pytest.mark.parametrize("args, message", [(["--profile", "a0"], "a6, jar"), (["--set", "dpi"], "KEY=VALUE")])
    def test_message(self, capsys, args, message):
        assert main(["x", *args]) == 2
        assert message in capsys.readouterr().err
