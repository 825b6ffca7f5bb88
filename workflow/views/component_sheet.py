"""Every component on one page, with invented contents: to look at after a change of style, and for the tests."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from cases.guards.conditions import Condition, Mend
from cases.selectors.scope import holds

DAY: Final = date(2026, 11, 18)
MOMENT: Final = datetime(2026, 11, 18, 2, 38, tzinfo=UTC)


class SampleForm(forms.Form):
    """One field of each kind, sent back with errors."""

    finding = forms.ChoiceField(
        label=_("Finding"),
        choices=[("pass", "符合"), ("fail", "不符合"), ("na", "不适用")],
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(
        label=_("Opinion"), widget=forms.Textarea, min_length=10, help_text=_("At least 10 characters")
    )
    visit = forms.DateField(label=_("Day of the visit"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("a", "约谈通知书"), ("b", "责令限期整改通知书")])
    evidence = forms.FileField(label=_("Evidence"), required=False)
    present = forms.MultipleChoiceField(
        label=_("Present"),
        choices=[("w", "王建国"), ("c", "陈晓")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agreed = forms.BooleanField(label=_("The party has read this record"))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), min_length=10, widget=forms.Textarea)


@dataclass(frozen=True, slots=True)
class SampleTask:
    name: str
    number: str
    quality_class: str
    step: str
    town: str
    left: int
    due: date

    @property
    def tone(self) -> str:
        return "overdue" if self.left < 0 else "today" if self.left == 0 else ""


TASKS: Final = (
    SampleTask(
        "嘉兴烟雨管业实业有限公司", "嘉南市监检〔2026〕0296号", "C", "复查验收", "新丰镇", -3, date(2026, 11, 13)
    ),
    SampleTask("嘉兴市秀水电器股份有限公司", "嘉南市监检〔2026〕0312号", "B", "现场检查", "城南街道", 0, DAY),
    SampleTask(
        "浙江鸳湖儿童用品有限公司", "嘉南市监检〔2026〕0318号", "C", "企业整改", "凤桥镇", 2, date(2026, 11, 20)
    ),
    SampleTask(
        "嘉兴新丰电线电缆有限公司", "嘉南市监检〔2026〕0330号", "AA", "现场检查", "新丰镇", 9, date(2026, 12, 1)
    ),
)
CONDITIONS: Final = (
    Condition("certificate", True, _("You hold a valid enforcement certificate")),
    Condition("served", True, "责令限期整改通知书已送达（2026-11-05）"),
    Condition("photos", False, "第 3 项缺少整改照片", Mend(_("Add photos"), "component_sheet")),
    Condition("second", False, _("A second officer takes part"), Mend(_("Ask the head of unit"), "no-such-page")),
)


def _sample_form() -> SampleForm:
    data = {"finding": "fail", "opinion": "缺照片", "kind": "b", "present": ["w"]}
    return SampleForm(data)


def _case_parts() -> dict[str, Any]:
    return {
        "steps": [
            {"title": "立项", "note": "11-03 李敏", "state": "done"},
            {"title": "检查", "note": "11-06 王建国", "state": "done"},
            {"title": "定级", "note": "11-12 李敏", "state": "done"},
            {"title": "责令整改", "note": "进行中", "state": "current"},
            {"title": "回访", "note": "", "state": "todo"},
            {"title": "归档", "note": "", "state": "todo"},
        ],
        "events": [
            {"title": "企业提交整改材料", "at": MOMENT, "who": "沈国良", "reason": "出厂检验记录制度", "tone": "now"},
            {
                "title": "等级变更",
                "at": MOMENT,
                "who": "李敏",
                "body": "南湖区市场监督管理局",
                "changes": [{"label": "质量等级", "before": "B", "after": "C"}],
                "tone": "warn",
            },
            {"title": "责令限期整改通知书送达", "at": MOMENT, "who": "王建国、陈晓", "tone": "ok"},
            {"title": "立项", "at": MOMENT, "who": "李敏"},
        ],
        "documents": [
            {
                "title": "责令限期整改通知书",
                "url": "#",
                "note": "嘉南市监责改〔2026〕118号",
                "status": "已送达",
                "tone": "ok",
                "download_url": "#",
            },
            {"title": "约谈通知书", "note": "待核对", "status": "草稿", "tone": "warn"},
        ],
        "facts": [
            ("法定代表人", "沈国良"),
            ("生产地址", "南湖区凤桥镇工业园联创路18号"),
            ("主办 / 协办", "王建国 / 陈晓"),
        ],
    }


def component_sheet(request: HttpRequest) -> HttpResponse:
    """For those who manage people, and for everybody while developing."""
    if not (settings.DEBUG or holds(request.user, "manage_people")):
        raise PermissionDenied
    context = {
        "form": _sample_form(),
        "reason_form": ReasonForm(prefix="reason"),
        "tasks": TASKS,
        "conditions": CONDITIONS,
        "met": CONDITIONS[:2],
        "day": DAY,
        "page": Paginator(TASKS, 2).get_page(1),
        "chips": [
            {"label": "地区", "value": "南湖区", "remove_url": "?"},
            {"label": "等级", "value": "B、C", "remove_url": "?"},
        ],
        "views": [
            {"label": "全部待办", "url": "?", "current": True, "count": 24},
            {"label": "现场检查", "url": "?step=inspect", "count": 8},
            {"label": "儿童用品专项", "url": "?view=1", "icon": "star"},
        ],
        "crumbs": [{"label": _("Settings"), "url": "/settings/"}, {"label": _("Components")}],
        **_case_parts(),
    }
    return render(request, "settings/components.html", context)
