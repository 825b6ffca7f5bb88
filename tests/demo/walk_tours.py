"""Follows every stop of everybody's tour in the demo whose settings are in force, and prints what became of each.

Run by test_tours.py as a process of its own: the seeded demo has a database of its own.
"""

import json
import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

    from django.conf import settings
    from django.test import Client
    from django.test.utils import override_settings
    from django.utils import timezone

    from cases.acting import Acting
    from cases.models import User
    from workflow.demo.accounts import SHOWN
    from workflow.demo.tour_places import Sight
    from workflow.demo.tours import roles_with_a_tour, tour_of

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    found = []
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        for account in SHOWN:
            user = User.objects.get(username=account.username)
            client = Client(SERVER_NAME="localhost")
            client.force_login(user)
            sight = Sight(Acting(user, timezone.now()))
            for role in roles_with_a_tour(account.roles):
                for each in tour_of(role, sight):
                    answer = client.get(each.url.partition("#")[0], follow=True)
                    found.append([role, each.stop.code, account.username, each.url, answer.status_code])
    print(json.dumps(found))
