"""Registers this floor's job handlers and its hook for overdue deadlines, by importing them."""

from notices.services import mature_notice, render_document

__all__ = ["mature_notice", "render_document"]
