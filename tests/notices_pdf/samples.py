"""Realistic facts of each document, all names invented."""

import datetime
from dataclasses import replace

from notices.pdf.facts import LetterFacts, Paragraph

COMPANY = "嘉兴市南湖区恒暖家用电器制造有限公司"
ORGAN = "嘉兴市南湖区市场监督管理局"


def interview_notice() -> LetterFacts:
    return LetterFacts(
        kind="interview_notice",
        mark=f"{ORGAN}文件",
        number="南市监约〔2026〕1号",
        organ=ORGAN,
        title="关于开展产品质量安全履责约谈的通知",
        addressee=COMPANY,
        paragraphs=(
            Paragraph(
                0,
                "我局于2026年3月2日对你单位实施专项监督检查，依据《工业企业产品质量分类监管通用规则》逐项核查，"
                "发现你单位存在“出厂产品检验把关不严、检验档案记录不全”（第6项）、“近3年内省级以上产品质量监督抽查"
                "出现2次不合格”（第14项）等问题，未有效履行产品质量主体责任，企业分类评定为C类。",
            ),
            Paragraph(
                0,
                "依据《中华人民共和国产品质量法》第八条和《工业企业产品质量分类监管试行办法》第十八条第（四）项的规定，"
                "我局决定对你单位负责人进行履责约谈。现将有关事项通知如下：",
            ),
            Paragraph(1, "一、约谈时间和地点"),
            Paragraph(
                0, "2026年3月12日上午9时，嘉兴市南湖区市场监督管理局302会议室（嘉兴市南湖区凌公塘路1号）。"
            ),
            Paragraph(1, "二、参加人员"),
            Paragraph(
                0,
                "你单位法定代表人赟玥喆、质量安全总监𬍛祎。确因特殊情况不能参加的，应当于约谈前书面说明理由，并委托"
                "熟悉情况的负责人持授权委托书参加。",
            ),
            Paragraph(1, "三、约谈内容"),
            Paragraph(2, "（一）问题说明"),
            Paragraph(0, "说明上述问题产生的原因、涉及产品的批次、数量和流向以及已采取的措施。"),
            Paragraph(2, "（二）整改安排"),
            Paragraph(0, "提出落实产品质量主体责任的整改措施、责任人和完成时限。"),
            Paragraph(
                0,
                "请携带营业执照副本、强制性产品认证证书、产品检验记录等材料按时到场。无正当理由不参加约谈的，我局将"
                "记录在案，并依法加强监督检查。本通知不影响对违法行为的依法查处。",
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
                "产品质量法》第十七条和《工业企业产品质量分类监管试行办法》第十八条第（四）项第4目的规定，现责令你单位限期"
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
        annexes=("产品质量监督抽查检验报告", "工业企业产品质量分类监管通用规则"),
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
        seal="dashed",
        cc="",
        annexes=(),
    )
