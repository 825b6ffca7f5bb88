"""Decisions after a check know whether their letter is issued: those of letters issued before learn it."""

from django.db import migrations

LETTERS = ("check_reminder", "body_rectification", "body_interview", "circular")


def mark_issued(apps, schema_editor):
    instruments = apps.get_model("cases", "BodyInstrument").objects
    documents = apps.get_model("notices", "Document").objects.filter(kind__in=LETTERS, state="issued")
    for document in documents.select_related("issue"):
        key = int(document.subject.partition(":")[2])
        instruments.filter(pk=key).update(issued_on=document.issue.issued_on)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_check_scores"),
        ("notices", "0010_addressees"),
    ]

    operations = [
        migrations.RunPython(mark_issued, migrations.RunPython.noop),
    ]
