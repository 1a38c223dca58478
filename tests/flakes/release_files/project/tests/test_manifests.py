import pytest

from manifests import Release

SIZES = {"app.bin": 60_000, "licence": 1_100, "readme": 300}


@pytest.fixture
def release(tmp_path):
    for name, size in SIZES.items():
        (tmp_path / name).write_bytes(b"." * size)
    return Release(tmp_path)


def test_size(release):
    assert release.size() == sum(SIZES.values())


def test_manifest_is_sorted_by_name(release):
    assert [line.split()[-1] for line in release.manifest()] == sorted(SIZES)
