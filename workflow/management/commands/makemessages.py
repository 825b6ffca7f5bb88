"""``makemessages`` that also finds what our refusals say: their message is translated at the edge."""

from django.core.management.commands import makemessages

KEYWORDS = (
    "RuleError:2",
    "NotPermitted:2",
    "TaskGone:2",
    "UnprintableText:2",
    "BadFacts:2",
    "__init__:2",  # a refusal of its own class says its message to its parent
    "msgid:1",
    "refuse:1",  # cases/packs/marked.py
    "PackError:3",
    "_lacking:2",  # notices/rules/service.py
    "_received_on:3",
)


class Command(makemessages.Command):
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]  # a guess is no translation
    xgettext_options = [*makemessages.Command.xgettext_options, *(f"--keyword={keyword}" for keyword in KEYWORDS)]
