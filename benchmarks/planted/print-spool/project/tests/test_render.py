import json

import pytest

from labelprint import render


@pytest.mark.parametrize("lines", [[], ["Fragile"], ["To", "Ms Ode", "Hove"]])
def test_one_field_a_line(lines):
    assert render.zpl({"lines": lines}).count("^FD") == len(lines)


def test_barcode():
    assert "^BCN,100,Y,N,N^FDA-17^FS" in render.zpl({"lines": [], "barcode": "A-17"})


def test_main(tmp_path):
    source = tmp_path / "a.json"
    source.write_text(json.dumps({"lines": ["Hove"], "barcode": None}))
    render.main(str(source), str(tmp_path / "a.zpl"))
    assert (tmp_path / "a.zpl").read_text().startswith("^XA\n^FO50,50^FDHove^FS")
    assert not list(tmp_path.glob("*.part"))
