"""Files of a unit's archive: checked like those of a case, kept once, never removed."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cases.acting import Acting
from cases.models import ArchiveFile, Body, Enterprise
from cases.services.attach_file import check_file
from cases.services.audit import record
from cases.services.enterprise_checks import locked_enterprise, require_permission, stream_of


def keep_archive_file(
    *, enterprise: Enterprise, upload: UploadedFile, acting: Acting, subject: str = ""
) -> ArchiveFile:
    """Keep one checked file; the same bytes for the same subject are kept once. RuleErrors of `check_file`.

    For services that have locked the unit, asked for the permission and record the act themselves.
    """
    checked = check_file(upload)
    known = ArchiveFile.objects.filter(enterprise=enterprise, subject=subject, sha256=checked.sha256).first()
    if known:
        return known
    return ArchiveFile.objects.create(
        enterprise=enterprise,
        subject=subject,
        file=upload,
        name=(upload.name or "file")[:200],
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
        uploaded_at=acting.at,
        uploaded_by=acting.user,
    )


@transaction.atomic
def add_archive_file(*, enterprise_id: int, upload: UploadedFile, acting: Acting) -> ArchiveFile:
    """Put a file into the archive of the unit itself: a letter of appointment, the list of duties, the code of conduct.

    RuleErrors of `check_file`, NotPermitted.
    """
    enterprise = locked_enterprise(enterprise_id)
    require_permission(acting, "enter_unit", enterprise.territorial_body)
    return enter_archive_file(enterprise=enterprise, upload=upload, acting=acting, body=enterprise.territorial_body)


def enter_archive_file(
    *, enterprise: Enterprise, upload: UploadedFile, acting: Acting, body: Body, subject: str = "", **about: int
) -> ArchiveFile:
    """Keep one checked file and tell the unit's trail, for `body`; `about` says what else it belongs to.

    For services that have asked for the permission. RuleErrors of `check_file`.
    """
    file = keep_archive_file(enterprise=enterprise, upload=upload, acting=acting, subject=subject)
    record(
        stream=stream_of(enterprise),
        action="enterprise.archivefile_kept",
        acting=acting,
        body=body,
        data={"file": file.pk, "name": file.name, "sha256": file.sha256, **about},
    )
    return file
