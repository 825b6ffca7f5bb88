"""Stops of the guided tours that several roles have in common."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.demo.tour_places import Place, case_of, deadline, page, task


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop: what to do and look at there, and where it is."""

    code: str
    title: str | Promise
    text: str | Promise
    place: Place
    minutes: int = 1


MY_TASKS: Final = Stop(
    "tasks",
    _("Your tasks"),
    _(
        "Everything you have taken, the most urgent first, counted in working days. The coloured numbers above are"
        " filters: press one. What colleagues you stand in for have taken is here, too."
    ),
    page("inbox"),
)
APPROVALS: Final = Stop(
    "approvals",
    _("Decisions that wait for you"),
    _(
        "Each row says what was proposed, by whom and since when. Open one: previous and next lead through all of"
        " them without coming back here."
    ),
    page("approvals"),
)
CASE: Final = Stop(
    "case",
    _("One case"),
    _(
        "Whose turn it is stands at the top, with every condition and what mends it. Open the whole process: done"
        " steps bear day and name. The tabs below hold the form, the grounds, the documents and the log."
    ),
    case_of(),
    2,
)
GROUNDS: Final = Stop(
    "grounds",
    _("Why this class"),
    _(
        "The tab of grounds shows the reasoning step by step. Press a citation: the text of the article opens beneath"
        " it, and nothing has to be looked up elsewhere."
    ),
    case_of("decide_grassroots", "file_province", "forward_filing", "propose_class", "decide_measures", tab="grounds"),
    2,
)
DEADLINES: Final = Stop(
    "deadlines",
    _("The board of deadlines"),
    _(
        "Days across, regions down: press a day or a region to narrow the list. It reaches as far as your post does,"
        " and no further."
    ),
    page("oversight"),
    2,
)
DEADLINE: Final = Stop(
    "deadline",
    _("One deadline and its ledger"),
    _(
        "The first day, the last day, the clause, and every reminder, suspension and extension with its reason. What"
        " you may do here is offered; what you may not is explained."
    ),
    deadline,
    2,
)
VERIFY: Final = Stop(
    "verify",
    _("Is this letter genuine?"),
    _(
        "Anybody can ask, without an account: type a code from a letter or hand in its PDF. The page says what the"
        " letter is, whether it stands, and what replaced it."
    ),
    page("verify_start"),
)
PACKS: Final = Stop(
    "packs",
    _("The law as data"),
    _(
        "Every threshold, item and matrix with its clause, and what one place does differently. A draft can be put to"
        " the whole registry before anybody publishes it."
    ),
    page("pack_list"),
)
ASSUMPTIONS: Final = Stop(
    "assumptions",
    _("What no source fixes"),
    _(
        "Each value that no act settles is marked as an assumption and can be set for your body, with a reason that"
        " stays."
    ),
    page("open_settings"),
)
LISTING_DECISION: Final = Stop(
    "listing",
    _("Decide on a listing"),
    _(
        "What the rule wants, what the unit says and who drafted stand side by side. A level heavier than the unit"
        " was told of is refused, with the clause."
    ),
    task("decide_listing", "decide_delisting"),
    2,
)
