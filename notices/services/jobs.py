"""Registers this floor's job handlers and its hook for overdue deadlines, by importing them."""

from notices.services import draft_reminder, mature_notice, publish_list, render_document, sign_document

__all__ = ["draft_reminder", "mature_notice", "publish_list", "render_document", "sign_document"]
