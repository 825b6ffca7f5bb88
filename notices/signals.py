"""What the floor above may listen to. Sent inside the transaction of the change: a receiver that fails undoes it."""

from django.dispatch import Signal

document_drafted = Signal()  # document, acting: a draft stands
document_issued = Signal()
"""``document``, ``acting``: a number was taken and the facts frozen; the bytes follow by a job."""

document_served = Signal()
"""``document``, ``served_on`` (date), ``acting``: the document counts as served. Sent once per document."""

document_voided = Signal()
"""``document``, ``acting``: a draft was dropped or an issued document declared void."""
