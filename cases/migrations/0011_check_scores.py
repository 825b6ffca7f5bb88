import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_body_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="bodyinstrument",
            name="issued_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="bodyinstrument",
            name="verdict",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "—"),
                    ("met", "Put right"),
                    ("not_met", "Not put right"),
                    ("revoked", "Decision taken back"),
                ],
                max_length=7,
            ),
        ),
        migrations.CreateModel(
            name="BodyScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("computed", models.PositiveSmallIntegerField()),
                ("adjustment", models.SmallIntegerField(default=0)),
                ("points", models.PositiveSmallIntegerField()),
                ("grounds", models.JSONField(default=list)),
                ("reason", models.TextField(blank=True)),
                ("scored_at", models.DateTimeField()),
                (
                    "check_of",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="score", to="cases.bodycheck"
                    ),
                ),
                (
                    "scored_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "score of a check",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("computed__lte", 100), ("points__lte", 100)), name="score_up_to_a_hundred"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("adjustment", 0), models.Q(("reason", ""), _negated=True), _connector="OR"),
                        name="adjusted_score_has_reason",
                    ),
                ],
            },
        ),
    ]
