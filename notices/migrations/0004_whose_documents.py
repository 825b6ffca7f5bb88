"""Give every document that stands already the enterprise and the place of its case."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def know_whose(apps: Any, schema_editor: Any) -> None:
    """What stands belongs to the enterprise and the place of its case."""
    document, case = apps.get_model("notices", "Document"), apps.get_model("cases", "Case")
    own = case.objects.filter(pk=OuterRef("case"))
    document.objects.update(
        enterprise=Subquery(own.values("enterprise")[:1]), place=Subquery(own.values("territorial_body")[:1])
    )


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL alters no table with rows changed in the same transaction
    dependencies = [("notices", "0003_documents_without_case")]

    operations = [
        migrations.RunPython(know_whose, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="document",
            name="place",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.body"),
        ),
    ]
