import pytest

METADATA = """\
Metadata-Version: 2.1
Name: {name}
Version: {version}
License: {licence}
Author: {author}

A package.
"""


@pytest.fixture
def install(tmp_path):
    def install(name, version="1.0", licence="MIT", author="Kim"):
        folder = tmp_path / f"{name}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(
            METADATA.format(name=name, version=version, licence=licence, author=author)
        )
        return tmp_path

    return install
