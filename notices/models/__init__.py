"""Documents and their service, one aggregate a module."""

from notices.models.batch import BatchItem, DocumentBatch
from notices.models.document import Document, Issue, IssuedFile, Kind
from notices.models.edition import EditionFile, ListEdition, PublishedList
from notices.models.seal import BodySeal
from notices.models.service import AddressConfirmation, ServiceRecord

__all__ = [
    "AddressConfirmation",
    "BatchItem",
    "BodySeal",
    "Document",
    "DocumentBatch",
    "EditionFile",
    "Issue",
    "IssuedFile",
    "Kind",
    "ListEdition",
    "PublishedList",
    "ServiceRecord",
]
