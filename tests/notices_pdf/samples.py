"""Realistic facts of each document, all names invented."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from notices.pdf.facts import (
    Annex,
    FormFacts,
    FormItem,
    GrassrootsOpinion,
    LetterFacts,
    OversightListFacts,
    Paragraph,
    ProvincialOpinion,
    ReturnVisitFacts,
    ReturnVisitItem,
    SheetFacts,
    Signature,
    TaskListFacts,
)
from tests.notices_pdf import samples_bodies
from tests.notices_pdf.samples_papers import PAPERS

COMPANY = "嘉兴市南湖区恒暖家用电器制造有限公司"
ORGAN = "嘉兴市南湖区市场监督管理局"


def interview_notice() -> LetterFacts:
    return LetterFacts(
        kind="interview_notice",
        mark=f"{ORGAN}文件",
        number="南市监约〔2026〕1号",
        organ=ORGAN,
        title="产品质量安全履责约谈通知书",
        addressee=COMPANY,
        paragraphs=(
            Paragraph(
                0,
                "我局于2026年3月2日对你单位实施专项监督检查，依据《工业企业产品质量分类监管通用规则》逐项核查，"
                "发现你单位存在“出厂产品检验把关不严、检验档案记录不全”（第6项）、“近3年内省级以上产品质量监督抽查"
                "出现2次不合格”（第14项）等问题，未有效履行产品质量主体责任。",
            ),
            Paragraph(
                0,
                "依据《中华人民共和国产品质量法》第八条和《工业企业产品质量分类监管试行办法》第十八条第（四）项的规定，"
                "我局决定对你单位负责人进行履责约谈。现将有关事项通知如下：",
            ),
            Paragraph(1, "一、约谈时间和地点"),
            Paragraph(0, "2026年3月12日上午9时，嘉兴市南湖区市场监督管理局302会议室（嘉兴市南湖区凌公塘路1号）。"),
            Paragraph(1, "二、参加人员"),
            Paragraph(
                0,
                "你单位法定代表人赟玥喆、质量安全总监𬍛祎。确因特殊情况不能参加的，应当于约谈前书面说明理由。",
            ),
            Paragraph(1, "三、约谈内容"),
            Paragraph(2, "（一）问题说明"),
            Paragraph(0, "说明上述问题产生的原因、涉及产品的批次、数量和流向以及已采取的措施。"),
            Paragraph(2, "（二）整改安排"),
            Paragraph(0, "提出落实产品质量主体责任的整改措施、责任人和完成时限。"),
            Paragraph(
                0,
                "请携带营业执照副本、产品检验记录等材料按时到场。无正当理由不参加约谈的，我局将记录在案，并依法"
                "加强监督检查。",
            ),
        ),
        date=datetime.date(2026, 3, 6),
        contact="王玥，联系电话：0000-1234567",
        cc="嘉兴市市场监督管理局，南湖区人民政府办公室",
        office=f"{ORGAN}办公室",
        seal="demo",
        verify_url="https://example.org/verify/3f9c2b7a1e",
    )


def rectification_order() -> LetterFacts:
    return replace(
        interview_notice(),
        kind="rectification_order",
        number="南市监责改〔2026〕3号",
        title="责令限期整改通知书",
        paragraphs=(
            Paragraph(
                0,
                "经查，你单位在2026年3月2日的专项监督检查中存在下列问题，未有效履行产品质量主体责任。依据《中华人民共和国"
                "产品质量法》第十七条和《工业企业产品质量分类监管试行办法》第十八条第（四）项的规定，现责令你单位限期"
                "整改。",
            ),
            Paragraph(1, "一、存在的问题和整改要求"),
            Paragraph(
                3,
                "1.出厂产品未按GB 4706.23逐批检验，2025年11月至2026年1月共12批次无出厂检验记录（第6项）。应当补齐检验"
                "规程，逐批检验，建立检验档案。",
            ),
            Paragraph(
                3,
                "2.近3年内省级监督抽查出现2次不合格（第14项）。应当查明“对触及带电部件的防护”项目不合格原因，"
                "对库存和已售同批次产品采取封存、召回等措施。",
            ),
            Paragraph(1, "二、整改期限"),
            Paragraph(
                0,
                "自本通知书送达之日起15日内完成整改，并向我局提交书面整改报告及证明材料。确有困难需要延期的，应当在期限届满"
                "5日前书面申请，延期以一次为限。",
            ),
            Paragraph(1, "三、回访核查"),
            Paragraph(
                0,
                "我局将依据《工业企业产品质量分类监管试行办法》第十七条对整改落实情况进行回访。逾期不整改或者整改不到位的，"
                "我局将依法处理。",
            ),
        ),
        annexes=(Annex("产品质量监督抽查检验报告"), Annex("工业企业产品质量分类监管通用规则")),
        seal="dashed",
    )


def reminder_letter() -> LetterFacts:
    return replace(
        interview_notice(),
        kind="reminder_letter",
        mark="嘉兴市市场监督管理局",
        organ="嘉兴市市场监督管理局",
        number="嘉市监提函〔2026〕2号",
        title="关于督促落实产品质量安全监管责任的敦促提醒函",
        addressee=ORGAN,
        paragraphs=(
            Paragraph(
                0,
                "根据《市场监管总局关于印发〈关于工业产品质量安全主体责任监督管理的指导意见〉的通知》（国市监质监发〔2023〕38号），"
                "我局对你局辖区内生产单位的监管任务落实情况进行了督查。",
            ),
            Paragraph(0, "现就有关事项敦促提醒如下："),
            Paragraph(3, "1.案件逾期未回访的，请于收到本函之日起10个工作日内完成回访并上传回访记录。"),
            Paragraph(3, "2.请明确监管责任人，压实属地监管责任，并将落实情况书面报告我局。"),
        ),
        format="letter",
        office="",
        seal="dashed",
        cc="",
        annexes=(),
    )


def escalation_request() -> LetterFacts:
    return replace(
        interview_notice(),
        kind="escalation_request",
        mark=ORGAN,
        number="嘉南市监请〔2026〕1号",
        title=f"关于提请对{COMPANY}有关事项挂牌督办的请示",
        addressee="嘉兴市市场监督管理局",
        paragraphs=(
            Paragraph(0, f"现就{COMPANY}有关监管事项请示如下："),
            Paragraph(1, "一、事实和理由"),
            Paragraph(0, "该单位多次被发现重大质量安全风险隐患，属地多次督促仍未根本消除。"),
            Paragraph(1, "二、请示事项"),
            Paragraph(0, "我局提请贵局对该单位有关事项挂牌督办。"),
            Paragraph(0, "妥否，请批示。"),
        ),
        cc="",
        upward=True,
        signatory="周国强",
    )


def listed_oversight_notice() -> LetterFacts:
    return replace(
        interview_notice(),
        kind="listed_oversight_notice",
        mark="嘉兴市市场监督管理局",
        organ="嘉兴市市场监督管理局",
        number="嘉市监督办〔2026〕5号",
        title="挂牌督办通知书",
        paragraphs=(
            Paragraph(0, "你单位多次被发现重大质量安全风险隐患，属地市场监督管理部门多次督促仍未根本消除。"),
            Paragraph(0, "我局决定对上述事项挂牌督办。现将有关事项通知如下："),
            Paragraph(1, "一、督办要求"),
            Paragraph(0, "1. 立即停止生产、销售问题产品，召回已售出的问题产品并妥善处置。"),
            Paragraph(1, "二、督办期限"),
            Paragraph(0, "自本通知书送达之日起60日（送达当日不计入期限）。"),
        ),
        cc=ORGAN,
    )


def oversight_lift_notice() -> LetterFacts:
    return replace(
        listed_oversight_notice(),
        kind="oversight_lift_notice",
        number="嘉市监督解〔2026〕1号",
        title="解除挂牌督办通知书",
        paragraphs=(Paragraph(0, "经核查，督办要求已全部落实。我局决定自本通知书送达之日起解除挂牌督办。"),),
    )


def listing_notice() -> LetterFacts:
    return replace(
        interview_notice(),
        kind="listing_notice",
        number="南市监列告〔2026〕1号",
        title="拟列入重点监管名单告知书",
        paragraphs=(
            Paragraph(0, "依据国市监质监发〔2023〕38号的规定，我局拟将你单位列入2026年度生产单位重点监管名单。"),
            Paragraph(1, "一、拟列入的事实"),
            Paragraph(0, "2026年3月2日监督抽查，室内加热器1批次不合格，认定为较大质量安全风险。"),
            Paragraph(1, "二、你单位的权利"),
            Paragraph(0, "对上述事实和依据有异议的，可以自本告知书送达之日起5个工作日内陈述意见。"),
        ),
    )


def listing_decision() -> LetterFacts:
    return replace(
        listing_notice(),
        kind="listing_decision",
        number="南市监列〔2026〕1号",
        title="列入重点监管名单告知书",
        paragraphs=(Paragraph(0, "经研究，我局决定将你单位列入2026年度生产单位重点监管名单。"),),
    )


def delisting_notice() -> LetterFacts:
    return replace(
        listing_notice(),
        kind="delisting_notice",
        number="南市监移〔2026〕1号",
        title="移出重点监管名单告知书",
        paragraphs=(Paragraph(0, "经研究，我局决定自2026年11月26日起将你单位移出重点监管名单。"),),
    )


# number, text, starred, answer type: 《通用规则》, the 19 items, verbatim
ITEMS: tuple[tuple[str, str, bool, Literal["finding", "conformity"]], ...] = (
    ("1", "有营业执照，经营范围覆盖所生产的产品。", True, "finding"),
    (
        "2",
        "涉及行政许可的产品取得相应的许可资质（生产许可证、计量器具制造许可证、特种设备制造许可证等），无伪造、变造、出借等违法使用情况。",
        True,
        "finding",
    ),
    ("3", "企业按照现行有效的国家标准、行业标准、备案的企业标准组织生产。", False, "finding"),
    ("4", "有质量手册、程序文件、质量记录等质量管理体系文件。", False, "finding"),
    ("5", "有计量管理制度、计量器具台帐等计量管理文件，计量器具在检定(或校准)有效期内。", False, "finding"),
    (
        "6",
        "有原材料进厂验收制度，有原材料进货台帐及验收和不合格原材料处理记录；关键工序有作业指导书；按产品标准、生产许可证实施细则等对出厂产品进行检验把关，且有档案记录。",
        False,
        "finding",
    ),
    ("7", "质量控制关键点的人员、检验检测人员和质量管理人员经培训合格后上岗。", False, "finding"),
    ("8", "做出积极履行产品质量主体责任，出厂产品质量合格的承诺，积极配合监管部门监督检查。", False, "conformity"),
    (
        "9",
        "有原材料购买、使用台账和产品生产、销售台账，能实现产品质量可追溯，并能对不合格产品实施处理。",
        False,
        "finding",
    ),
    ("10", "对产品质量问题能及时采取修理、更换、退货、损害赔偿等措施，保障消费者的合法权益。", False, "finding"),
    ("11", "依据产品召回有关规定，依法对不合格产品实施召回，并积极采取纠正和预防措施。", False, "finding"),
    ("12", "产品标识有中文标明的产品名称、生产厂厂名和厂址，有认证标志等质量标志。", True, "finding"),
    ("13", "连续3（含）次以上省级以上监督抽查合格。", False, "conformity"),
    (
        "14",
        "近3年内省级以上产品质量监督抽查未出现2次（含）以上不合格情况，无拒绝监督抽查行为，无产品质量行政处罚记录，无经查实的媒体曝光及消费者反映强烈的产品质量问题。",
        True,
        "conformity",
    ),
    ("15", "不存在使用国家产业政策规定的禁用或淘汰的落后工艺和设备。", True, "finding"),
    ("16", "无质量违法违规行为记录，无经查实的投诉举报记录。", True, "finding"),
    ("17", "生产许可证获证企业按期提交年度自查报告。", True, "conformity"),
    ("18", "企业达到规模水平、处于行业龙头地位。", False, "conformity"),
    ("19", "获得名牌产品、政府质量奖、标准创新贡献奖、标准化良好行为企业等质量奖励和荣誉。", False, "conformity"),
)
NOTES = (
    "（一）此表适用于依据《工业企业产品质量分类监管试行办法》对工业企业实施的监督检查和分类监管。",
    "（二）根据履行产品质量主体责任能力和实现程度对企业分类监管等级进行评定。AA类企业：全部监督检查记录为未发现问题（符合）。A类企业：“未发现问题（符合）”项占全部监督检查记录的90%以上。B类企业：“未发现问题（符合）”项占全部监督检查记录的60%-90%。C类企业：指向型指标“发现问题（不符合）”，或者“未发现问题（符合）”项占全部监督检查记录的60%以下；带*项目为C类指向型指标，如果该项发现问题（不符合），应直接判定为C类企业。省级质监部门可结合本地实际参照执行。",
    "（三）省级质监部门应按照《通用规则》的评定项目，制定《通用规则》实施细则。在实施细则中，可对《通用规则》确定的基本要点进行补充和细化，所制定的评定项目不得少于《通用规则》确定的项目要求。AA类企业的评定应依据本办法从严要求。",
)
REMARKS = {
    "6": ("2025年11月至2026年1月共12批次室内加热器无出厂检验记录", "现场照片3张，出厂检验台账复印件"),
    "14": ("近3年内省级监督抽查2次不合格", "检验报告2份"),
}
INSPECTORS = (
    Signature("王玥", "浙33040211", datetime.date(2026, 3, 2)),
    Signature("李祎", "浙33040217", datetime.date(2026, 3, 2)),
)


def general_rules_form() -> FormFacts:
    return FormFacts(
        case="33040226000001",
        organ=ORGAN,
        enterprise=COMPANY,
        uscc="91330402MATEXT01X5",
        category="室内加热器",
        inspection_form="special",
        address="浙江省嘉兴市南湖区凌公塘路188号3幢",
        legal_representative="赟玥喆",
        date=datetime.date(2026, 3, 2),
        items=tuple(
            FormItem(
                number=number,
                text=text,
                starred=starred,
                answer_type=answer_type,
                answer="fail" if number in REMARKS else "pass",
                remark=REMARKS.get(number, ("", ""))[0],
                evidence=REMARKS.get(number, ("", ""))[1],
            )
            for number, text, starred, answer_type in ITEMS
        ),
        ccc_certificates=("2023010706123456", "2024010706654321"),
        risk_level="II",
        proposed_class="C",
        computed_class="C",
        inspectors=INSPECTORS,
        grassroots=GrassrootsOpinion(
            organ=ORGAN,
            mode="tightened",
            opinion="同意监督检查人员意见，列为本辖区重点监管企业。",
            signed_by="沈韫",
            date=datetime.date(2026, 3, 5),
            seal="demo",
        ),
        city_opinion="材料齐全，同意转报。",
        provincial=ProvincialOpinion(),
        notes=NOTES,
        number="南市监分类〔2026〕1号",
        verify_url="https://example.org/verify/3f9c2b7a1e",
    )


def return_visit_record() -> ReturnVisitFacts:
    return ReturnVisitFacts(
        case="33040226000001",
        organ=ORGAN,
        enterprise=COMPANY,
        uscc="91330402MATEXT01X5",
        address="浙江省嘉兴市南湖区凌公塘路188号3幢",
        legal_representative="赟玥喆",
        order_number="南市监责改〔2026〕3号",
        order_served_on=datetime.date(2026, 3, 6),
        rectification_due=datetime.date(2026, 3, 23),
        report_received_on=datetime.date(2026, 3, 20),
        visited_on=datetime.date(2026, 3, 27),
        place="企业生产车间、成品仓库",
        items=(
            ReturnVisitItem(
                "补齐出厂检验规程，逐批检验，建立检验档案（第6项）。",
                "已制定《出厂检验规程》，抽查3月以来5个批次，检验记录齐全。",
                "pass",
                "检验规程及5批次检验记录复印件",
            ),
            ReturnVisitItem(
                "查明不合格原因，对库存和已售同批次产品采取封存、召回等措施（第14项）。",
                "库存86台已封存；已售214台召回196台，尚余18台未召回。",
                "partly",
                "封存清单、召回台账，现场照片6张",
            ),
        ),
        conclusion="partly",
        opinion="第2项尚未完成，责令于2026年4月10日前完成剩余产品召回并再次报告。",
        inspectors=(
            Signature("王玥", "浙33040211", datetime.date(2026, 3, 27)),
            Signature("李祎", "浙33040217", datetime.date(2026, 3, 27)),
        ),
        date=datetime.date(2026, 3, 27),
        attendants="赟玥喆（法定代表人）、𬍛祎（质量安全总监）",
        statement="无异议，将按期完成召回。",
        statement_by="赟玥喆",
        number="南市监访〔2026〕1号",
        seal="demo",
        verify_url="https://example.org/verify/9d1e44b2c7",
    )


def recall_order() -> LetterFacts:
    return replace(
        interview_notice(),
        kind="recall_order",
        number="南市监责召〔2026〕1号",
        title="责令召回通知书",
        paragraphs=(
            Paragraph(0, "经我局检查确认，你单位生产的产品存在下列缺陷：取暖器外壳温升超出标准限值，可能造成烫伤。"),
            Paragraph(
                0,
                "依据《国务院关于加强食品等产品安全监督管理的特别规定》第九条和《消费品召回管理暂行规定》，我局责令你单位"
                "召回上述存在缺陷的产品。现将有关要求通知如下：",
            ),
            Paragraph(1, "一、召回要求"),
            Paragraph(0, "1．立即停止生产、销售存在缺陷的产品。"),
            Paragraph(1, "二、召回期限"),
            Paragraph(0, "请自收到本通知书之日起十个工作日内提交召回计划。"),
        ),
    )


AnyFacts = LetterFacts | FormFacts | ReturnVisitFacts | SheetFacts | OversightListFacts | TaskListFacts
SAMPLES: dict[str, Callable[[], AnyFacts]] = {
    "interview_notice": interview_notice,
    "rectification_order": rectification_order,
    "reminder_letter": reminder_letter,
    "escalation_request": escalation_request,
    "listed_oversight_notice": listed_oversight_notice,
    "oversight_lift_notice": oversight_lift_notice,
    "listing_notice": listing_notice,
    "listing_decision": listing_decision,
    "delisting_notice": delisting_notice,
    "general_rules_form": general_rules_form,
    "return_visit_record": return_visit_record,
    "recall_order": recall_order,
    **PAPERS,
    **samples_bodies.SAMPLES,
}


def named(kind: str, name: str) -> AnyFacts:
    """The sample of a kind, of an enterprise of this name."""
    facts = SAMPLES[kind]()
    if isinstance(facts, LetterFacts):
        return replace(facts, addressee=name)
    if isinstance(facts, OversightListFacts):
        return replace(facts, overseen=name)
    if isinstance(facts, SheetFacts) and facts.lead:
        return replace(facts, lead=name)
    if isinstance(facts, SheetFacts):
        return replace(facts, parts=(replace(facts.parts[0], text=name), *facts.parts[1:]))
    return replace(facts, enterprise=name)
