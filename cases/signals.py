"""What this floor tells the floors above without knowing them."""

from django.dispatch import Signal

deadline_changed = Signal()
"""Sent inside the transaction after every change of a deadline, with ``deadline``; a receiver's error undoes both."""

job_died = Signal()
"""Sent inside the transaction that gives a job up for good, with ``job``, ``error`` and ``at``.

The job's own row is moved afterwards, so a receiver may lock from the top; its error undoes both.
"""

case_dropped = Signal()
"""Sent inside the transaction that ends a case because its ground fell away, with ``case`` and ``acting``."""

instrument_taken_back = Signal()
"""Sent inside the transaction that takes a decision after a check back: ``instrument``, ``reason``, ``acting``."""

case_opened = Signal()
"""Sent inside the transaction that opens a case, with ``case`` and ``acting``: the floor above starts its process."""

escalation_proposed = Signal()
"""Sent inside the transaction that asks the body above, with ``proposal`` and ``acting``: the request is drafted."""
