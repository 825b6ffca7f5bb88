"""Registers this floor's job handlers, its hook for overdue deadlines and its receivers, by importing them."""

from notices.services import (
    batch_job,
    case_file,
    draft_reminder,
    draft_request,
    drop_drafts,
    gloss_copy,
    legal_review,
    mature_notice,
    publish_list,
    render_document,
    sign_document,
)

__all__ = [
    "batch_job",
    "case_file",
    "draft_reminder",
    "draft_request",
    "drop_drafts",
    "gloss_copy",
    "legal_review",
    "mature_notice",
    "publish_list",
    "render_document",
    "sign_document",
]
