"""``makemessages`` that also finds what our refusals say: their message is translated at the edge."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [
        *makemessages.Command.xgettext_options,
        *(f"--keyword={name}:2" for name in ("RuleError", "NotPermitted", "TaskGone", "UnprintableText")),
    ]
