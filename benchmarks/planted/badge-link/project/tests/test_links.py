import secrets

import pytest

from badgelink import links


class TestVerification:
    secret = b"correct horse"
    nonce = links.printable(secrets.token_bytes(12))

    @pytest.fixture(autouse=True)
    def _fresh_secret(self):
        self.session = secrets.token_hex(8)

    def test_accepts_own_link(self):
        url = links.build("speaker-12", self.nonce, self.secret)
        assert links.verify(url, self.secret)

    def test_rejects_other_badge(self):
        url = links.build("speaker-12", "n1", self.secret)
        assert not links.verify(url.replace("speaker-12", "staff-12"), self.secret)

    def test_rejects_other_secret(self):
        url = links.build("guest-3", self.session, self.secret)
        assert not links.verify(url, b"battery staple")


@pytest.mark.parametrize("host", ["badges.example", "localhost:8080"])
def test_host(host):
    assert links.build("x", "n", b"k", host=host).startswith(f"https://{host}/b/x?")
