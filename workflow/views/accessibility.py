"""How far everybody can use these pages, said for everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """The statement of accessibility, measured against WCAG 2.2 AA."""
    return render(request, "workflow/accessibility.html")
