"""委托 and 转交 are two kinds of service, and the receipt holds why somebody else received it and whence the witness came.

What was recorded as entrusted before stays so: it names the body that served, and a record of service is never rewritten.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_lists_and_letters")]

    operations = [
        migrations.AlterField(
            model_name="servicerecord",
            name="kind",
            field=models.CharField(
                choices=[
                    ("direct", "Direct service"),
                    ("lien", "Left at the premises"),
                    ("electronic", "Electronic service"),
                    ("mail", "Service by mail"),
                    ("entrusted", "Entrusted service"),
                    ("forwarded", "Forwarded service"),
                    ("public_notice", "Public notice"),
                ],
                max_length=14,
            ),
        ),
        migrations.AddField(
            model_name="servicerecord",
            name="proxy_reason",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="servicerecord",
            name="witness_unit",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
    ]
