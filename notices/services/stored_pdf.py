"""PDFs in the store, each under its own hash."""

import hashlib
from io import BytesIO
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile

from cases.rules.errors import RuleError
from notices.models import EditionFile, IssuedFile
from notices.models.document import issued_path


def store_pdf(pdf: bytes, sha256: str) -> str:
    """Put the bytes where their hash says, once; answers the path."""
    path = issued_path(IssuedFile(sha256=sha256), "")
    if not default_storage.exists(path):
        path = default_storage.save(path, File(BytesIO(pdf)))
    return path


def keep_printed(kept: IssuedFile | EditionFile | None, row: IssuedFile | EditionFile, result: dict[str, Any]) -> bool:
    """Tie the printed bytes to `row`, unless they are `kept` already; whether this was the first printing.

    A second printing must have given the same bytes: RuleError `printed_differently`.
    """
    if kept is not None:
        if kept.sha256 != result["sha256"]:
            raise RuleError("printed_differently", "The document was printed before with other bytes.")
        return False
    row.file = result["path"]
    row.sha256, row.size, row.pages = result["sha256"], result["size"], result["pages"]
    row.save()
    return True


def whole_pdf(stored: FieldFile, sha256: str) -> bytes:
    """The stored bytes. RuleError `file_damaged` where they are gone or no longer have the hash they were kept with."""
    try:
        with stored.open("rb") as stream:
            data: bytes = stream.read()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise RuleError("file_damaged", "The stored file is damaged.")
    return data
