"""Letters to several bodies are served on each of them."""

import django.db.models.deletion
from django.db import migrations, models


def name_addressees(apps, schema_editor):
    """Circulars issued before: whoever they went to counts as served on the day that was recorded for all."""
    documents = apps.get_model("notices", "Document").objects.filter(kind="circular", state="issued")
    instruments = apps.get_model("cases", "BodyInstrument").objects.select_related("check_of")
    addressees = apps.get_model("notices", "Addressee").objects
    for document in documents:
        instrument = instruments.get(pk=int(document.subject.partition(":")[2]))
        others = list(instrument.also_to.exclude(pk=instrument.check_of.overseen_id).order_by("position"))
        bodies = [instrument.check_of.overseen_id, *(body.pk for body in others)] if others else []
        addressees.bulk_create(
            addressees.model(document=document, body_id=body, served_on=document.served_on) for body in bodies
        )


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_body_letters"),
        ("notices", "0009_batches"),
    ]

    operations = [
        migrations.AddField(
            model_name="servicerecord",
            name="body",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.body"
            ),
        ),
        migrations.CreateModel(
            name="Addressee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("served_on", models.DateField(null=True)),
                (
                    "body",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.body"),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="addressees", to="notices.document"
                    ),
                ),
            ],
            options={
                "verbose_name": "addressee of a letter",
                "ordering": ["pk"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["body", "served_on"], name="addressee_body")],
                "constraints": [models.UniqueConstraint(fields=("document", "body"), name="addressee_once")],
            },
        ),
        migrations.RunPython(name_addressees, migrations.RunPython.noop),
    ]
