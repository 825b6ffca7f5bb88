"""Realistic facts of the papers of a case and of service, all names invented."""

import base64
import datetime
from collections.abc import Callable
from typing import Final

from notices.pdf.facts import Column, Drawn, Part, SheetFacts
from notices.pdf.handwriting import picture_of

ORGAN: Final = "嘉兴市南湖区市场监督管理局"
COMPANY: Final = "嘉兴市南湖区恒暖家用电器制造有限公司"
CASE: Final = "案件编号：嘉南市监分类〔2026〕12号"
DAY: Final = datetime.date(2026, 3, 6)
PARTY: Final = "被检查单位现场负责人"
ABOUT: Final = (
    Part("检查对象", COMPANY),
    Part("统一社会信用代码", "91330402MATEST019Q", half=True),
    Part("法定代表人", "赟玥喆", half=True),
    Part("住所", "浙江省嘉兴市南湖区凤桥镇工业园区三号路18号"),
)
FAILED: Final = Part(
    "不符合项",
    columns=(Column("序号", 14, centred=True), Column("检查项目"), Column("检查发现的问题")),
    rows=(
        ("6", "出厂产品检验把关情况，检验档案记录情况。", "出厂检验记录缺2026年1月7批，检验员无授权文件。"),
        ("14", "近3年内省级以上产品质量监督抽查情况。", "2025年省级监督抽查2批次不合格（耐热、接地措施）。"),
    ),
)


def _sheet(kind: str, title: str, *parts: Part, number: str = CASE, lead: str = "", seal: bool = False) -> SheetFacts:
    return SheetFacts(
        kind=kind,
        organ=ORGAN,
        title=title,
        number=number,
        parts=(*ABOUT, *parts),
        date=DAY,
        lead=lead,
        seal="demo" if seal else "none",
        verify_url="https://example.org/verify/3f9c2b7a1e",
    )


def inspection_approval() -> SheetFacts:
    return _sheet(
        "inspection_approval",
        "行政检查审批表",
        Part("检查形式", "专项监督检查", half=True),
        Part("计划检查日期", "2026年3月2日", half=True),
        Part("检查事由", "投诉举报：消费者反映取暖器外壳温度过高"),
        Part(
            "检查依据", "《中华人民共和国产品质量法》第八条、第十八条；《工业企业产品质量分类监管试行办法》第十四条。"
        ),
        Part("承办意见", "拟对上述检查对象实施行政检查，请审批。", lines=3, sign=("承办人：王玥　　2026年2月27日",)),
        Part("审批意见", "同意检查。", lines=3, sign=("审批人：周国强　　2026年2月28日",)),
    )


def inspection_notice() -> SheetFacts:
    return _sheet(
        "inspection_notice",
        "行政检查通知书",
        Part("检查日期", "2026年3月2日起", half=True),
        Part("检查形式", "专项监督检查", half=True),
        Part("检查人员", "王玥（执法证号：浙33040211）\n李祎（执法证号：浙33040217）"),
        Part(
            "权利和义务", "你单位有权申请检查人员回避，有权陈述、申辩；应当如实回答询问，协助检查，不得拒绝或者阻挠。"
        ),
        Part("检查机关", lines=3, sign=(f"{ORGAN}　　2026年2月28日",), sealed=True),
        Part("签收", lines=2, sign=("被检查单位签收人：　　　　　　　　　年　　月　　日",)),
        number="南市监检通〔2026〕5号",
        lead=f"{COMPANY}：我局定于2026年3月2日起对你单位实施行政检查，现予通知。",
        seal=True,
    )


def onsite_record() -> SheetFacts:
    return _sheet(
        "onsite_record",
        "现场检查笔录",
        Part("检查日期", "2026年3月2日", half=True),
        Part("检查形式", "专项监督检查", half=True),
        Part("检查情况", "检查人员按照通用规则逐项检查19项，发现2项不符合，情况如下表。", lines=2),
        FAILED,
        Part(
            "被检查单位意见",
            "以上笔录经核对，无异议。",
            lines=4,
            drawn=(_drawn("被检查单位现场负责人", "赟玥喆（总经理）"),),
        ),
        Part(
            "检查人员签名",
            lines=2,
            drawn=(_drawn("检查人员", "王玥"),),
            sign=("检查人员：李敏（键入姓名确认）　　2026年3月2日",),
        ),
    )


def _drawn(label: str, name: str) -> Drawn:
    strokes = [[(60 + 9 * at, 150 + 60 * (at % 4 - 1), 16 * at) for at in range(30)], [(380, 60, 700), (360, 240, 800)]]
    return Drawn(label, base64.b64encode(picture_of(strokes)).decode(), name, datetime.date(2026, 3, 2))


def interview_record() -> SheetFacts:
    return _sheet(
        "interview_record",
        "约谈记录",
        Part("约谈时间", "2026年3月12日09时00分"),
        Part("约谈内容", "企业说明检验缺项的原因，承诺三十日内补齐检验设备并召回2批次产品。", lines=8),
        Part(
            "被约谈人确认",
            "以上记录经核对，与约谈情况相符。",
            lines=3,
            sign=("被约谈人：　　　　　　　　　年　　月　　日",),
        ),
    )


def lead_transfer() -> SheetFacts:
    return _sheet(
        "lead_transfer",
        "涉嫌违法线索移交单",
        Part("接收单位", "嘉兴市南湖区市场监管综合行政执法队"),
        Part("涉嫌违法事实", "生产、销售不符合保障人体健康和人身、财产安全的国家标准的取暖器。", lines=6),
        Part("移交意见", "请依法核查处理，并将处理结果书面告知移交单位。", lines=3, sealed=True,
             sign=("移交人：王玥　　2026年3月6日",)),
        number="南市监移〔2026〕2号",
        seal=True,
    )  # fmt: skip


def filing_form() -> SheetFacts:
    return _sheet(
        "filing_form",
        "工业企业产品质量分类监管备案表",
        Part("质量信用类别", "C类", half=True),
        Part("监管方式", "加严监管", half=True),
        Part("省级部门备案意见", "准予备案，备案号：浙市监备〔2026〕31号。", lines=3,
             sign=("浙江省市场监督管理局　经办：郑海　　2026年3月20日",)),
    )  # fmt: skip


def closing_approval() -> SheetFacts:
    return _sheet(
        "closing_approval",
        "结案审批表",
        Part(
            "采取的措施",
            "2026年3月12日约谈（已约谈）。\n2026年3月13日责令限期整改，2026年4月14日回访：整改合格。",
            lines=4,
        ),
        Part("审批意见", "同意结案，材料归档。", lines=3, sign=("审批人：周国强　　2026年4月20日",)),
    )


def service_receipt() -> SheetFacts:
    return _sheet(
        "service_receipt",
        "送达回证",
        Part("送达文书名称", "责令限期整改通知书", half=True),
        Part("文书文号", "南市监责改〔2026〕3号", half=True),
        Part("送达方式", "留置送达", half=True),
        Part("送达日期", "2026年3月16日", half=True),
        Part(
            "拒收事由和日期",
            "2026年3月16日：负责人认为检查结论有误，拒绝签收。",
            sign=("见证人：陆敏　　2026年3月16日",),
        ),
        Part("送达人", "", lines=2, sign=("送达人：王玥　　2026年3月16日", "送达人：李祎　　2026年3月16日")),
    )


def address_confirmation() -> SheetFacts:
    return _sheet(
        "address_confirmation",
        "送达地址确认书",
        Part("送达地址", "浙江省嘉兴市南湖区凤桥镇工业园区三号路18号"),
        Part("是否同意电子送达", "同意", half=True),
        Part("电子送达地址", "office@example.org", half=True),
        Part("受送达人确认", "本单位已阅读并理解上述告知事项，确认以上送达地址准确、有效。", lines=3,
             sign=("确认人：赟玥喆　　2026年3月2日", "受送达人（盖章）：　　　　　　　　　年　　月　　日")),
        number="",
    )  # fmt: skip


PAPERS: Final[dict[str, Callable[[], SheetFacts]]] = {
    "inspection_approval": inspection_approval,
    "inspection_notice": inspection_notice,
    "onsite_record": onsite_record,
    "interview_record": interview_record,
    "lead_transfer": lead_transfer,
    "filing_form": filing_form,
    "closing_approval": closing_approval,
    "service_receipt": service_receipt,
    "address_confirmation": address_confirmation,
}
