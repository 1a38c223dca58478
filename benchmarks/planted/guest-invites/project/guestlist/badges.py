from __future__ import annotations

from guestlist.models import Invitation

WIDTH = 28


def badge(invitation: Invitation) -> str:
    rule = "+" + "-" * (WIDTH - 2) + "+"
    lines = [invitation.guest.name, f"Table {invitation.table}", invitation.code]
    return "\n".join([rule, *(f"|{line:^{WIDTH - 2}}|" for line in lines), rule])
