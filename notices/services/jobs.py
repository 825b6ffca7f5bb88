"""Registers this floor's job handlers and its hook for overdue deadlines, by importing them."""

from notices.services import batch_job, draft_reminder, mature_notice, publish_list, render_document

__all__ = ["batch_job", "draft_reminder", "mature_notice", "publish_list", "render_document"]
