import pytest

from rota.assign import Assigner, NobodyLeft


class TestCandidates:
    def test_union_over_paths(self, assigner, make_pull):
        assert assigner.candidates(make_pull("web/a.js", "api/b.py")) == {"nils", "amir", "lotte"}

    def test_never_the_author(self, assigner, make_pull):
        assert assigner.candidates(make_pull("api/b.py", author="amir")) == {"lotte"}

    def test_away(self, owners, make_pull):
        assert Assigner(owners, away=["lotte"]).candidates(make_pull("api/b.py")) == {"amir"}


class TestAssign:
    def test_single_owner(self, assigner, make_pull):
        pull = make_pull("web/a.js")
        assert assigner.assign(pull) == "nils"
        assert pull.reviewer == "nils"

    def test_least_busy(self, assigner, make_pull):
        assigner.assign(make_pull("api/schema/user.json"))
        assert assigner.assign(make_pull("api/users.py")) == "lotte"

    def test_hotfix_goes_to_the_lead(self, assigner, make_pull):
        assigner.open_reviews["maria"] = 5
        assert assigner.assign(make_pull("docs/x.md", "web/a.js", labels=["hotfix"])) == "maria"

    def test_nobody_left(self, assigner, make_pull):
        with pytest.raises(NobodyLeft):
            assigner.assign(make_pull("web/a.js", author="nils"))

    def test_close_frees_the_reviewer(self, assigner, make_pull):
        first, second = make_pull("api/users.py"), make_pull("api/teams.py")
        assigner.assign(first)
        assigner.assign(second)
        assert assigner.summary() == [("amir", 1), ("lotte", 1)]
        assigner.close(first)
        assert assigner.summary() == [("lotte", 1), ("amir", 0)]
