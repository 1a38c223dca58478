from __future__ import annotations


class UploadError(Exception):
    status = 400


class BadName(UploadError):
    pass
