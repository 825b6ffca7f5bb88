from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_review_permission")]

    operations = [
        migrations.AlterField(
            model_name="enterprise",
            name="email_consent",
            field=models.BooleanField(default=False, verbose_name="agrees to messages by e-mail"),
        ),
        migrations.RemoveConstraint(model_name="outboxmessage", name="outbox_channel_known"),
        migrations.AlterField(
            model_name="outboxmessage",
            name="channel",
            field=models.CharField(
                choices=[("email", "E-mail"), ("sms", "Text message"), ("webhook", "Webhook")], max_length=7
            ),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="recipient",
            field=models.CharField(help_text="E-mail address, mobile number, or a webhook's event.", max_length=254),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="body",
            field=models.TextField(help_text="Plain text of a message, JSON of a webhook."),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["email", "sms", "webhook"])), name="outbox_channel_known"
            ),
        ),
    ]
