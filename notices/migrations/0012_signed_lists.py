import django.db.models.deletion
from django.db import migrations, models

import notices.models.document


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0011_issued_instruments"),
    ]

    operations = [
        migrations.CreateModel(
            name="EditionSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(max_length=120, upload_to=notices.models.document.issued_path)),
                ("unsigned_sha256", models.CharField(db_index=True, max_length=64)),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("subject", models.CharField(max_length=300)),
                ("issuer", models.CharField(max_length=300)),
                ("serial", models.CharField(max_length=64)),
                ("certificate_sha256", models.CharField(db_index=True, max_length=64)),
                ("not_before", models.DateTimeField()),
                ("not_after", models.DateTimeField()),
                ("algorithm", models.CharField(max_length=60)),
                ("signed_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signature", to="notices.listedition"
                    ),
                ),
            ],
            options={
                "verbose_name": "electronic signature",
                "default_permissions": (),
            },
        ),
    ]
