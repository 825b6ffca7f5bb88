"""What this floor tells the floors above without knowing them."""

from django.dispatch import Signal

deadline_changed = Signal()
"""Sent inside the transaction after every change of a deadline, with ``deadline``; a receiver's error undoes both."""
