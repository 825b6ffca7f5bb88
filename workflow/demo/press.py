"""What the printing process of the demo runs. Imports nothing of Django's before it has been set up there."""

from typing import Any


def start() -> None:
    """Set the process up; the first document need not wait for it."""
    import django

    django.setup()


def print_facts(kind: str, facts: dict[str, Any]) -> Any:
    """The printed document (notices.pdf.render.Rendered) of frozen facts."""
    from notices.pdf.render import render

    return render(kind, facts)
