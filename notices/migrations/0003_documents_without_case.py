"""Documents of an enterprise or a body without a case; kinds are data, so the database no longer lists them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_status_history"),
        ("notices", "0002_lists_and_letters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="case",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="cases.case",
            ),
        ),
        migrations.AlterField(model_name="document", name="kind", field=models.CharField(max_length=40)),
        migrations.AlterField(model_name="issue", name="kind", field=models.CharField(max_length=40)),
        migrations.AddField(
            model_name="document",
            name="enterprise",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="cases.enterprise",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="place",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.body"
            ),
        ),
    ]
