"""Registers this floor's job handlers and its hook for overdue deadlines, by importing them."""

from notices.services import case_file, draft_reminder, mature_notice, publish_list, render_document

__all__ = ["case_file", "draft_reminder", "mature_notice", "publish_list", "render_document"]
