from __future__ import annotations

import os
import secrets

ENVIRONMENT = os.environ.get("FLAGPOLE_ENV", "development")
SALT = os.environ.get("FLAGPOLE_SALT") or secrets.token_hex(8)
BUCKETS = 1000
