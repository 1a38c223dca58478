"""The artifact service, protocol v4, and the blob store behind its signed addresses."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zipfile
from io import BytesIO
from typing import Any

from flakebot.standin.description import Project, StoredArtifact
from flakebot.standin.exchange import Call, Refusal, Reply
from flakebot.standin.store import Store, Upload

_JOB = "d6e1f1a0-0000-4000-8000-000000000002"
_RUN = "d6e1f1a0-0000-4000-8000-000000000001"
_IDENTITY = {"workflow_run_backend_id", "workflow_job_run_backend_id", "name"}
_CREATE = _IDENTITY | {"version", "expires_at", "mime_type"}
_FINALIZE = _IDENTITY | {"size", "hash"}
_BAD_NAME = re.compile(r'[":<>|*?\r\n\\/]')
_LISTED = re.compile(rb"<(?:Latest|Uncommitted|Committed)>([^<]+)</")


def runtime_token(project: Project) -> str:
    """Return a token as the runner gives it to a job; nobody checks its signature here."""
    claims = {"scp": f"Actions.ExampleScope Actions.Results:{_RUN}:{_JOB}", "run": project.run_id}
    parts = (json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims))
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), "c3RhbmQtaW4"])


def create(store: Store, call: Call) -> Reply:
    """CreateArtifact: return the signed address for the zip."""
    given = _read(store, call, _CREATE)
    name = _plain(given, "name")
    if not name or _BAD_NAME.search(name):
        raise _refuse(400, "invalid_argument", "the artifact name is not valid")
    if given.get("version") not in {4, 7}:
        raise _refuse(400, "invalid_argument", "version must be 4 or 7")
    if any(upload.name == name for upload in store.uploads.values()):
        raise _refuse(409, "already_exists", "an artifact with this name already exists on the workflow run")
    secret = hashlib.sha256(name.encode()).hexdigest()[:16]
    upload = Upload(name, secret, _plain(given, "expires_at"))
    key = str(len(store.uploads) + 1)
    store.uploads[key] = upload
    return Reply(200, {"ok": True, "signed_upload_url": f"{call.base_url}/blobs/{key}?sig={secret}&sv=2025-01-05"})


def finalize(store: Store, call: Call) -> Reply:
    """FinalizeArtifact: check size and hash of what was uploaded."""
    given = _read(store, call, _FINALIZE)
    upload = next((one for one in store.uploads.values() if one.name == _plain(given, "name")), None)
    if upload is None or upload.blob is None or upload.finished:
        raise _refuse(404, "not_found", "there is no uploaded artifact of this name to finalize")
    digest = f"sha256:{hashlib.sha256(upload.blob).hexdigest()}"
    if given.get("size") != str(len(upload.blob)):
        raise _refuse(400, "invalid_argument", f"size must be the string {len(upload.blob)}")
    if _plain(given, "hash") not in {"", digest}:
        raise _refuse(400, "invalid_argument", "the hash is not that of the uploaded content")
    artifact = _artifact(upload, upload.blob, digest, len(store.artifacts) + 1)
    upload.finished = True
    store.artifacts.append(artifact)
    return Reply(200, {"ok": True, "artifact_id": str(artifact.id)})


def put_blob(store: Store, call: Call, key: str) -> Reply:
    """PUT to a signed address: a block, the list of blocks, or everything at once."""
    upload = store.uploads.get(key)
    if upload is None or call.query.get("sig") != upload.secret:
        raise _blob_error(403, "AuthenticationFailed")
    match call.query.get("comp"):
        case "block":
            _add_block(upload, call)
        case "blocklist":
            upload.blob = _joined(upload, call)
        case None if call.headers.get("x-ms-blob-type") == "BlockBlob":
            upload.blob = call.body
        case _:
            raise _blob_error(400, "InvalidQueryParameterValue")
    headers = {"ETag": '"0x1"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT", "x-ms-request-id": "1", "x-ms-version": "2025-01-05"}
    return Reply(201, headers=headers, raw=b"")


def _add_block(upload: Upload, call: Call) -> None:
    name = call.query.get("blockid", "")
    try:
        decoded = base64.b64decode(name, validate=True)
    except ValueError:
        raise _blob_error(400, "InvalidQueryParameterValue") from None
    if not 0 < len(decoded) <= 64 or any(len(other) != len(name) for other in upload.blocks):
        raise _blob_error(400, "InvalidBlobOrBlock")
    upload.blocks[name] = call.body


def _joined(upload: Upload, call: Call) -> bytes:
    names = [name.decode() for name in _LISTED.findall(call.body)]
    if not names or any(name not in upload.blocks for name in names):
        raise _blob_error(400, "InvalidBlockList")
    if call.headers.get("x-ms-blob-content-type") not in {"application/zip", "zip"}:
        raise _blob_error(400, "InvalidHeaderValue")
    return b"".join(upload.blocks[name] for name in names)


def _artifact(upload: Upload, blob: bytes, digest: str, number: int) -> StoredArtifact:
    try:
        with zipfile.ZipFile(BytesIO(blob)) as archive:
            entries = tuple((entry.filename, entry.file_size) for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise _refuse(400, "invalid_argument", "the content is not a zip") from None
    return StoredArtifact(
        id=number, name=upload.name, size=len(blob), digest=digest, expires_at=upload.expires_at, entries=entries, content=blob
    )


def _read(store: Store, call: Call, known: set[str]) -> dict[str, Any]:
    if call.headers.get("authorization") != f"Bearer {runtime_token(store.project)}":
        raise _refuse(401, "unauthenticated", "the token is not that of a job")
    try:
        given = json.loads(call.body)
    except ValueError:
        raise _refuse(400, "malformed", "the json request could not be decoded") from None
    if not isinstance(given, dict) or set(given) - known:
        raise _refuse(400, "malformed", "the json request could not be decoded")
    ids = (given.get("workflow_run_backend_id"), given.get("workflow_job_run_backend_id"))
    if ids != (_RUN, _JOB):
        raise _refuse(403, "permission_denied", "the ids are not those of the token")
    return given


def _plain(given: dict[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise _refuse(400, "malformed", f"{name} must be a string")
    return value


def _refuse(status: int, code: str, message: str) -> Refusal:
    return Refusal(Reply(status, {"code": code, "msg": message}))


def _blob_error(status: int, code: str) -> Refusal:
    text = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code></Error>'
    return Refusal(Reply(status, headers={"x-ms-error-code": code, "Content-Type": "application/xml"}, raw=text.encode()))
