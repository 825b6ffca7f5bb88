"""Addresses of this floor."""

from django.urls import URLPattern, URLResolver, path

from notices.views import (
    case_file,
    changes,
    delivery,
    documents,
    editions,
    files,
    reminder,
    seals,
    serve,
    task_list_paper,
    unserved,
    verify,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("documents/", documents.document_list, name="document_list"),
    path("documents/reminder/new/", reminder.draft_reminder_letter, name="draft_reminder_letter"),
    path("documents/unserved/", unserved.unserved_list, name="unserved_list"),
    path("documents/<int:pk>/", documents.document_detail, name="document_detail"),
    path("documents/<int:pk>/preview.pdf", files.document_preview, name="document_preview"),
    path("documents/<int:pk>/file.pdf", files.document_file, name="document_file"),
    path("documents/<int:pk>/edit/", changes.document_edit, name="document_edit"),
    path("documents/<int:pk>/review/", changes.document_review, name="document_review"),
    path("documents/<int:pk>/issue/", changes.document_issue, name="document_issue"),
    path("documents/<int:pk>/void/", changes.document_void, name="document_void"),
    path("documents/<int:pk>/serve/", serve.document_serve, name="document_serve"),
    path("documents/<int:pk>/address/", serve.confirm_service_address, name="confirm_service_address"),
    path("documents/<int:pk>/deliver/", delivery.document_deliver, name="document_deliver"),
    path("d/<str:secret>/", delivery.delivery, name="delivery"),
    path("bodies/<str:code>/seal/", seals.body_seal, name="body_seal"),
    path("bodies/<str:code>/seal.png", seals.body_seal_image, name="body_seal_image"),
    path("bodies/<str:code>/seal/withdraw/", seals.body_seal_withdraw, name="body_seal_withdraw"),
    path("lists/editions/", editions.edition_list, name="edition_list"),
    path("lists/editions/new/", editions.edition_new, name="edition_new"),
    path("lists/editions/<int:pk>/", editions.edition, name="edition"),
    path("lists/editions/<int:pk>/list.pdf", editions.edition_pdf, name="edition_pdf"),
    path("lists/editions/<int:pk>/list.xlsx", editions.edition_xlsx, name="edition_xlsx"),
    path("task-lists/<int:pk>/print.pdf", task_list_paper.task_sheet_print, name="task_sheet_print"),
    path("verify/", verify.verify_start, name="verify_start"),
    path("verify/<str:code>/", verify.verify, name="verify"),
    path("cases/<int:pk>/file/", case_file.case_file, name="case_file"),
    path("case-files/<int:pk>/file.pdf", case_file.case_file_pdf, name="case_file_pdf"),
]
