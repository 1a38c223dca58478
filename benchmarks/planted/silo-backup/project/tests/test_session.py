import pytest

from silo.session import Busy, Session, backup


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    (folder / "letters").mkdir()
    (folder / "letters" / "may.txt").write_text("Dear Sir")
    (folder / "budget.csv").write_text("rent;810")
    return folder


class TestSession:
    def test_second_session_is_refused(self, tmp_path):
        with Session(tmp_path / "t", state=tmp_path):
            with pytest.raises(Busy, match="session.lock"):
                Session(tmp_path / "t", state=tmp_path).__enter__()

    def test_lock_is_released_after_error(self, tmp_path):
        with pytest.raises(ZeroDivisionError):
            with Session(tmp_path / "t", state=tmp_path):
                1 / 0
        assert not (tmp_path / "session.lock").exists()


def test_backup_copies_everything(documents, tmp_path):
    copied = backup(documents, tmp_path / "vault")
    assert copied == ["budget.csv", "may.txt"]
    assert (tmp_path / "vault" / "may.txt").read_text() == "Dear Sir"


def test_state_directory_from_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("SILO_STATE", str(tmp_path / "elsewhere"))
    assert Session(tmp_path).lock.parent.name == "elsewhere"
