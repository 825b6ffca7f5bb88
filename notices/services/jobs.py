"""Registers this floor's job handlers, its hook for overdue deadlines and its receivers, by importing them."""

from notices.services import (
    case_file,
    draft_reminder,
    legal_review,
    mature_notice,
    publish_list,
    render_document,
    sign_document,
)

__all__ = [
    "case_file",
    "draft_reminder",
    "legal_review",
    "mature_notice",
    "publish_list",
    "render_document",
    "sign_document",
]
