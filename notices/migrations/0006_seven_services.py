"""委托 and 转交 are two kinds of service, the receipt holds every field of its form, and so does the confirmed address.

What was recorded as entrusted before stays so: it names the body that served, and a record of service is never
rewritten. The one free electronic address of a confirmation moves to the field of its kind; it stood there because the
party had agreed to electronic service.
"""

import re

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def field_for(address):
    """The field that an electronic address of unknown kind belongs in."""
    if "@" in address:
        return "email"
    return "mobile" if re.fullmatch(r"1\d{10}", address) else "messenger"


def sort_addresses(apps, editor):
    """Tell mobile number, e-mail and account apart; the trigger that forbids changes is back after migrating."""
    confirmations = apps.get_model("notices", "AddressConfirmation")
    table = confirmations._meta.db_table
    on_table = f' ON "{table}"' if editor.connection.vendor == "postgresql" else ""
    editor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_update"{on_table}')
    for confirmation in confirmations.objects.exclude(electronic_address="").order_by("pk"):
        address = confirmation.electronic_address
        kind = field_for(address)
        longest = confirmations._meta.get_field(kind).max_length
        setattr(confirmation, kind, address[:longest])
        confirmation.electronic_consent = True
        confirmation.save(update_fields=[kind, "electronic_consent"])


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_messages"),
        ("notices", "0005_legal_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

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
        migrations.AddField(
            model_name="addressconfirmation",
            name="postcode",
            field=models.CharField(blank=True, default="", max_length=6, verbose_name="postcode"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="addressconfirmation",
            name="receiver",
            field=models.CharField(blank=True, default="", max_length=100, verbose_name="receiver of the mail"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="addressconfirmation",
            name="phone",
            field=models.CharField(blank=True, default="", max_length=30, verbose_name="phone"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="addressconfirmation",
            name="designated",
            field=models.CharField(blank=True, default="", max_length=100, verbose_name="designated recipient"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="addressconfirmation",
            name="electronic_consent",
            field=models.BooleanField(default=False, verbose_name="consent to electronic service"),
        ),
        migrations.AddField(
            model_name="addressconfirmation",
            name="mobile",
            field=models.CharField(blank=True, default="", max_length=11, verbose_name="mobile number"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="addressconfirmation",
            name="email",
            field=models.EmailField(blank=True, default="", max_length=254, verbose_name="e-mail"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="addressconfirmation",
            name="fax",
            field=models.CharField(blank=True, default="", max_length=30, verbose_name="fax number"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="addressconfirmation",
            name="messenger",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="instant messaging account"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="addressconfirmation",
            name="scan",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.attachment"
            ),
        ),
        migrations.AddField(
            model_name="addressconfirmation",
            name="note",
            field=models.TextField(blank=True, default="", verbose_name="remarks"),
            preserve_default=False,
        ),
        migrations.RunPython(sort_addresses, migrations.RunPython.noop),
        migrations.RemoveField(model_name="addressconfirmation", name="electronic_address"),
        migrations.AddConstraint(
            model_name="addressconfirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("electronic_consent", False), ("email", ""), ("fax", ""), ("messenger", ""), ("mobile", "")
                )
                | models.Q(
                    ("electronic_consent", True),
                    models.Q(("email", ""), ("fax", ""), ("messenger", ""), ("mobile", ""), _negated=True),
                ),
                name="electronic_ways_by_consent",
            ),
        ),
        migrations.CreateModel(
            name="DeliveryLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(choices=[("email", "E-mail"), ("sms", "Text message")], max_length=5)),
                ("address", models.CharField(max_length=254)),
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField(null=True)),
                ("received_by", models.CharField(blank=True, max_length=100)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "confirmation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="notices.addressconfirmation",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="notices.document"
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.outboxmessage"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "service",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delivery",
                        to="notices.servicerecord",
                    ),
                ),
            ],
            options={
                "verbose_name": "link for electronic service",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("service__isnull", True),
                            ("opened_at__isnull", False),
                            ("received_at__isnull", False),
                            _connector="OR",
                        ),
                        name="delivered_when_fetched_or_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("received_at__isnull", True), ("received_by", "")),
                            models.Q(("received_at__isnull", False), models.Q(("received_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="receipt_confirmed_by_somebody",
                    ),
                ],
            },
        ),
    ]
