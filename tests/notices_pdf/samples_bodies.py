"""Realistic facts of what is written about bodies, warnings, assistance and kept lists; all names invented."""

import datetime
from dataclasses import replace

from notices.pdf.facts import (
    Annex,
    Attendance,
    Column,
    LetterFacts,
    OversightListFacts,
    Paragraph,
    Part,
    SheetFacts,
    TaskListFacts,
    TaskRow,
)

CITY = "嘉兴市市场监督管理局"
COUNTY = "嘉兴市南湖区市场监督管理局"
DAY = datetime.date(2026, 3, 6)
URL = "https://example.org/verify/3f9c2b7a1e"
BASIS = (
    "依据《市场监管总局关于推进工业产品质量安全主体责任落实的指导意见》（国市监质监发〔2023〕38号）二（三）关于实行督查清单制的规定，"
    "我局于2026年3月2日按照督查清单（附件3）对你局推进落实《工业产品生产单位落实质量安全主体责任监督管理规定》"
    "《工业产品销售单位落实质量安全主体责任监督管理规定》等情况进行了督查。"
)


def check_reminder() -> LetterFacts:
    return LetterFacts(
        kind="check_reminder",
        mark=CITY,
        number="嘉市监督函〔2026〕1号",
        organ=CITY,
        title="关于落实工业产品质量安全监管责任的敦促提醒函",
        addressee=COUNTY,
        paragraphs=(
            Paragraph(0, BASIS),
            Paragraph(0, "1. 按清单落实相应监督检查任务：抽查的20家单位中，6家没有监管任务清单。"),
            Paragraph(0, "为推动上述工作落实，现敦促提醒如下："),
            Paragraph(0, "1. 于2026年3月31日前补齐监管任务清单并完成现场检查。"),
            Paragraph(0, "请于收到本函之日起10个工作日内（收到当日不计入期限），将落实情况书面答复我局。"),
        ),
        date=DAY,
        contact="王玥，联系电话：0000-1234567",
        seal="demo",
        verify_url=URL,
        format="letter",
    )


def body_rectification() -> LetterFacts:
    return replace(
        check_reminder(),
        kind="body_rectification",
        number="嘉市监督改〔2026〕1号",
        title="整改通知书",
        format="document",
        office=f"{CITY}办公室",
    )


def body_interview() -> LetterFacts:
    return replace(body_rectification(), kind="body_interview", number="嘉市监督约〔2026〕1号", title="约谈通知书")


def circular() -> LetterFacts:
    return replace(
        body_rectification(),
        kind="circular",
        number="嘉市监通报〔2026〕1号",
        title=f"关于{COUNTY}落实工业产品质量安全监管责任督查情况的通报",
        addressee=f"{COUNTY}、嘉兴市秀洲区市场监督管理局、海宁市市场监督管理局、桐乡市市场监督管理局",
    )


def _problems(count: int) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            str(at),
            f"{at // 4 + 1}.{at % 4 + 1}",
            "按清单落实相应监督检查任务。",
            f"抽查的20家单位中，{at}家没有监管任务清单。",
        )
        for at in range(1, count + 1)
    )


def circular_with_annex(problems: int = 6) -> LetterFacts:
    """A circular that is urgent and lists what was found behind it."""
    return replace(
        circular(),
        urgency="加急",
        paragraphs=(
            Paragraph(0, BASIS),
            Paragraph(1, "一、存在的问题"),
            Paragraph(0, f"督查清单所列任务中有{problems}项未落实，具体问题见附件。"),
        ),
        annexes=(
            Annex(
                "督查发现问题清单",
                columns=(
                    Column("序号", 14, centred=True),
                    Column("编号", 16, centred=True),
                    Column("具体任务"),
                    Column("存在的问题"),
                ),
                rows=_problems(problems),
            ),
        ),
    )


def body_interview_minutes() -> LetterFacts:
    return replace(
        body_interview(),
        kind="body_interview_minutes",
        mark=f"{CITY}约谈纪要",
        number="嘉市监督约纪〔2026〕1号",
        date=datetime.date(2026, 3, 13),
        title=f"关于约谈{COUNTY}的纪要",
        paragraphs=(
            Paragraph(
                0,
                f"2026年3月12日（星期四）9时，赵局长在市局三楼会议室主持会议，约谈{COUNTY}。现将约谈情况和议定事项纪要如下：",
            ),
            Paragraph(1, "一、约谈事由"),
            Paragraph(0, "1. 按清单落实相应监督检查任务：抽查的20家单位中，6家没有监管任务清单。"),
            Paragraph(1, "二、约谈情况"),
            Paragraph(0, "南湖区局说明了监管任务清单未建立的原因，表示将逐家补齐清单并完成现场检查。"),
            Paragraph(1, "三、议定事项"),
            Paragraph(0, "1. 于2026年3月31日前补齐监管任务清单并完成现场检查。"),
        ),
        attendance=(
            Attendance(
                "出席",
                "嘉兴市市场监督管理局赵局长、周督查；嘉兴市南湖区市场监督管理局钱局长、李科长，凤桥市场监督管理所庄所长",
            ),
            Attendance("请假", "嘉兴市南湖区市场监督管理局王建国"),
            Attendance("列席", "南湖区人民政府办公室吴主任"),
        ),
        contact="",
        cc="南湖区人民政府办公室",
        seal="none",
        format="minutes",
    )


def body_listed_notice() -> LetterFacts:
    return replace(
        body_rectification(),
        kind="body_listed_notice",
        number="嘉市监督挂〔2026〕1号",
        title="挂牌督办通知书",
        urgency="特急",
        paragraphs=(
            Paragraph(
                0,
                "2026年2月2日发出敦促提醒函后，经核实，有关问题仍未落实到位。我局决定挂牌督办。现将有关事项通知如下：",
            ),
            Paragraph(1, "一、督办要求"),
            Paragraph(0, "1. 补齐监管任务清单并完成现场检查。"),
            Paragraph(1, "二、督办期限"),
            Paragraph(0, "自收到本通知书之日起60日内完成（收到当日不计入期限）。"),
            Paragraph(1, "三、责任人"),
            Paragraph(0, "你局分管负责人钱局长对落实督办要求负责。"),
        ),
    )


def body_lift_notice() -> LetterFacts:
    return replace(
        body_rectification(),
        kind="body_lift_notice",
        number="嘉市监督挂解〔2026〕1号",
        title="解除挂牌督办通知书",
        paragraphs=(
            Paragraph(
                0, "经核实，6家单位的监管任务清单和现场检查已全部落实。我局决定自本通知书送达之日起解除挂牌督办。"
            ),
            Paragraph(0, "特此通知。"),
        ),
    )


def alert_bulletin() -> LetterFacts:
    return replace(
        body_rectification(),
        kind="alert_bulletin",
        number="嘉市监警〔2026〕1号",
        title="关于嘉兴市南湖区儿童自行车产品质量安全风险的警情通报",
        addressee="南湖区人民政府",
        paragraphs=(
            Paragraph(0, "经我局研判，嘉兴市南湖区儿童自行车产品存在质量安全风险。现将有关警情通报如下："),
            Paragraph(1, "一、风险情况"),
            Paragraph(0, "2025年12月以来抽查25批次，7批次制动性能不合格。"),
        ),
    )


def alert_lift_notice() -> LetterFacts:
    return replace(
        alert_bulletin(),
        kind="alert_lift_notice",
        number="嘉市监警解〔2026〕1号",
        title="关于解除嘉兴市南湖区儿童自行车产品质量安全警情通报的通知",
        paragraphs=(Paragraph(0, "经重新评估，风险已消除。我局决定自本通知印发之日起解除上述警情通报。"),),
    )


def assistance_advice() -> LetterFacts:
    return replace(
        check_reminder(),
        kind="assistance_advice",
        mark=COUNTY,
        organ=COUNTY,
        number="嘉南市监帮扶〔2026〕1号",
        title="质量技术帮扶建议书",
        addressee="嘉兴市南湖区恒暖家用电器制造有限公司",
        paragraphs=(
            Paragraph(0, "应你单位2026年2月20日提出的申请，我局组织专家到你单位开展质量技术帮扶。"),
            Paragraph(1, "一、问题和改进措施建议"),
            Paragraph(0, "1. 问题：出厂检验没有覆盖接地电阻。"),
            Paragraph(0, "建议：增加接地电阻测试工位，逐台检验并保存记录。"),
        ),
    )


def _rows() -> tuple[TaskRow, ...]:
    tasks = (
        (
            "1",
            "法律法规政策文件贯彻落实情况",
            ("组织开展法律法规政策文件宣贯落实。", "加强组织保障，组建工作专班有效运转。"),
        ),
        ("2", "分层分级责任清单建立及执行情况", ("建立本层级对应主体清单。", "按清单落实相应监督检查任务。")),
    )
    return tuple(
        TaskRow(section, work, f"{section}.{at}", text, "×" if (section, at) == ("2", 2) else "√", "已举办培训3期")
        for section, work, texts in tasks
        for at, text in enumerate(texts, start=1)
    )


def oversight_list() -> OversightListFacts:
    return OversightListFacts(
        organ=CITY,
        overseen=COUNTY,
        date=DAY,
        rows=_rows(),
        checked_on=DAY,
        officer="周督查",
        summary="总体落实较好，监管任务清单还不完整。",
        number="嘉市监督查〔2026〕1号",
        verify_url=URL,
    )


def responsibility_list(units: int = 3) -> SheetFacts:
    columns = (
        Column("序号", 12, centred=True),
        Column("层级", 12, centred=True),
        Column("统一社会信用代码", 44),
        Column("单位名称"),
        Column("属地监管部门", 48),
    )
    rows = tuple(
        (str(at), "C", f"91330402MATE{at:05}X", f"嘉兴示例{at}号电器有限公司", COUNTY) for at in range(1, units + 1)
    )
    return SheetFacts(
        kind="responsibility_list",
        organ=COUNTY,
        title="分层分级责任清单",
        number="嘉南市监责清〔2026〕1号",
        parts=(
            Part("", columns=columns, rows=rows),
            Part("合计", f"C级{units}家（生产{units}、批发0、零售0，已明确监管责任人0家）"),
            Part("编制单位", sign=(f"{COUNTY}　2026年3月6日",), sealed=True, lines=4),
        ),
        date=DAY,
        lead="依据国市监质监发〔2023〕38号二（一）和附件1编制，截至2026年3月6日。",
        landscape=True,
        seal="demo",
        verify_url=URL,
    )


def supervision_task_list() -> TaskListFacts:
    return TaskListFacts(
        list="production",
        organ=COUNTY,
        enterprise="嘉兴市南湖区恒暖家用电器制造有限公司",
        uscc="91330402MATE00017X",
        period="2026-H1",
        level="县",
        tier="C",
        department="质量监督科",
        contact="王玥 0000-1234567",
        date=DAY,
        rows=_rows(),
        officers=("王建国", "陈晓"),
        checked_on=DAY,
        number="嘉南市监监清〔2026〕1号",
        verify_url=URL,
    )


SAMPLES = {
    "check_reminder": check_reminder,
    "body_rectification": body_rectification,
    "body_interview": body_interview,
    "circular": circular_with_annex,
    "body_interview_minutes": body_interview_minutes,
    "body_listed_notice": body_listed_notice,
    "body_lift_notice": body_lift_notice,
    "alert_bulletin": alert_bulletin,
    "alert_lift_notice": alert_lift_notice,
    "assistance_advice": assistance_advice,
    "oversight_list": oversight_list,
    "responsibility_list": responsibility_list,
    "supervision_task_list": supervision_task_list,
}
