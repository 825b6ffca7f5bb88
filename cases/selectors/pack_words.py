"""What the settings, values and sources of a rule pack are called."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.selectors.sheets import Text

SETTING_NAMES: Final[Mapping[str, Text]] = {
    "tie_rule": _("Share exactly at a bound"),
    "na_policy": _("Items that do not apply"),
    "c_trigger_window_years": _("Years that the conditions of class C look back"),
    "demotion_policy": _("How far an event demotes"),
    "upgrade_after_months": _("Months before a class may rise"),
    "review_cycle_months": _("Months between reviews"),
    "review_created_days_before": _("Days a review begins ahead"),
    "class_public": _("Class shown to the public"),
    "class_visible_to_enterprise": _("Class told to the enterprise"),
    "enterprise_shows_code": _("Enterprise shows its code"),
}
VALUE_NAMES: Final[Mapping[tuple[str, Any], Text]] = {
    ("tie_rule", "better"): _("the better class"),
    ("tie_rule", "worse"): _("the worse class"),
    ("na_policy", "pass"): _("count as the item says"),
    ("na_policy", "exclude"): _("are left out of the total"),
    ("demotion_policy", "art11"): _("as far as art. 11 says"),
    ("demotion_policy", "one_step"): _("by one step"),
}
SOURCE_NAMES: Final[Mapping[str, Text]] = {
    "S0": "《产品质量安全分级分类监管》行业标准编制说明",
    "S1": "《工业企业产品质量分类监管试行办法》及附件《通用规则》",
    "S2": "嘉市监〔2020〕40号",
    "S3": "《关于开展产品质量分级的实施意见（征求意见稿）》起草说明",
    "S4": "国市监质监发〔2023〕38号及附件1—3",
    "L": _("the law or regulation itself"),
    "P": "《市场监督管理行政处罚程序规定》",
    "W": _("an excerpt; the rest of the document was not read"),
    "A": _("assumption: no source was found"),
    "R": _("recalled, not checked"),
}
TO_WORST: Final[Mapping[str, Text]] = {
    "always": _("always"),
    "repeated": _("when repeated"),
    "never": _("never"),
}


def source_words(tags: str) -> str:
    """Source tags as a pack states them ("S1, W:ah"), each as the document it stands for with the tag beside it."""
    named = ((SOURCE_NAMES.get(tag.partition(":")[0]), tag) for tag in tags.split(", ") if tag)
    return "；".join(
        gettext("%(document)s (%(tag)s)") % {"document": name, "tag": tag} if name else tag for name, tag in named
    )
