from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_status_history")]

    operations = [
        migrations.AlterField(
            model_name="enterprise",
            name="email_consent",
            field=models.BooleanField(default=False, verbose_name="agrees to messages by e-mail"),
        ),
    ]
