from __future__ import annotations

import json
import uuid
from datetime import datetime, timezone

from sbomlite.components import Component


class Document:
    def __init__(self, product: str, components: list[Component]):
        self.product = product
        self.components = components
        self.serial = f"urn:uuid:{uuid.uuid4()}"
        self.created = datetime.now(timezone.utc)

    def authors(self) -> list[str]:
        return sorted({c.author for c in self.components if c.author})

    def unlicensed(self) -> set[str]:
        return {c.name for c in self.components if c.licence is None}

    def licence_expression(self) -> str:
        """SPDX expression that covers the whole product."""
        licences = {c.licence for c in self.components if c.licence}
        if not licences:
            return "NOASSERTION"
        return " AND ".join(licences)

    def as_dict(self) -> dict:
        return {
            "serialNumber": self.serial,
            "metadata": {"timestamp": self.created.isoformat(), "component": self.product},
            "components": [{"purl": c.purl, "licence": c.licence} for c in self.components],
        }

    def to_json(self) -> str:
        return json.dumps(self.as_dict(), indent=2)
