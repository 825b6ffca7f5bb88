from django.db import migrations

SERVE_LETTERS = ("inspector", "unit_head", "overseer")
SERVE_DOCUMENTS = ("inspector", "unit_head", "responsible_officer", "list_admin")


def regrant(apps, schema_editor):
    """Overseers keep the service of letters between bodies and lose that of letters to enterprises.

    Grants are derived from posts when somebody is appointed, so those of standing posts follow the matrix here.
    """
    body_type = apps.get_model("contenttypes", "ContentType").objects.filter(app_label="cases", model="body").first()
    if body_type is None:  # an empty database: nobody has a post
        return
    posts = apps.get_model("cases", "Post").objects.filter(granted=True)
    grants = apps.get_model("cases", "BodyUserPermission").objects
    letters, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=body_type, codename="serve_body_letter", defaults={"name": "送达部门间文书"}
    )
    held = posts.filter(role__in=SERVE_LETTERS).values_list("user", "body").distinct()
    grants.bulk_create(
        (grants.model(user_id=user, content_object_id=body, permission=letters) for user, body in held),
        ignore_conflicts=True,
    )
    kept = set(posts.filter(role__in=SERVE_DOCUMENTS).values_list("user", "body"))
    documents = grants.filter(permission__codename="serve_document", permission__content_type=body_type)
    lost = [row.pk for row in documents.iterator() if (row.user_id, row.content_object_id) not in kept]
    grants.filter(pk__in=lost).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_body_oversight"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="body",
            options={
                "default_permissions": (),
                "ordering": ["position"],
                "permissions": [
                    ("view_case", "查看案件"),
                    ("view_enterprise", "查看企业"),
                    ("view_oversight", "查看督查看板"),
                    ("create_case", "创建监管任务"),
                    ("approve_inspection", "审批行政检查"),
                    ("assign_inspector", "指派检查人员"),
                    ("inspect_enterprise", "现场检查"),
                    ("refer_penalty", "移交违法线索"),
                    ("propose_class", "提出企业分类意见"),
                    ("approve_grassroots", "提出基层意见"),
                    ("forward_filing", "转报备案"),
                    ("file_province", "办理省级备案"),
                    ("manage_key_list", "管理重点监管企业名单"),
                    ("decide_measures", "决定监管措施"),
                    ("issue_interview", "签发约谈通知书"),
                    ("hold_interview", "实施约谈"),
                    ("issue_rectification", "签发责令限期整改通知书"),
                    ("submit_rectification", "提交整改报告"),
                    ("return_visit", "实施回访"),
                    ("withdraw_honour", "取消质量荣誉"),
                    ("escalate", "升级处理"),
                    ("close_case", "结案归档"),
                    ("serve_document", "送达文书"),
                    ("serve_body_letter", "送达部门间文书"),
                    ("review_document", "法制审核文书"),
                    ("approve_public_notice", "批准公告送达"),
                    ("enter_unit", "录入单位信息"),
                    ("set_status", "变更经营状态"),
                    ("confirm_tier", "确认监管层级"),
                    ("import_enterprises", "批量导入企业"),
                    ("export_enterprises", "导出企业"),
                    ("extend_deadline", "延长期限"),
                    ("reassign_task", "改派任务"),
                    ("manage_people", "管理人员"),
                    ("handle_incidents", "处理系统故障"),
                    ("record_event", "登记风险事件"),
                    ("verify_event", "核实风险事件"),
                    ("review_candidate", "研判名单候选单位"),
                    ("issue_list_notice", "办理名单告知"),
                    ("approve_listing", "审批列入名单"),
                    ("approve_delisting", "审批移出名单"),
                    ("publish_list", "发布名单"),
                    ("manage_local_list", "管理黑名单和放心消费单位"),
                    ("propose_escalation", "提请上级监管或挂牌督办"),
                    ("decide_escalation", "决定上级监管或挂牌督办"),
                    ("track_listed", "跟踪挂牌督办"),
                    ("lift_listed", "解除挂牌督办"),
                    ("manage_lock", "建档锁定监管责任人"),
                    ("manage_task_list", "管理监管任务清单"),
                    ("check_body", "督查下级部门"),
                    ("decide_instrument", "决定督查措施"),
                    ("answer_check", "答复督查"),
                    ("draft_warning", "研判并起草警情通报"),
                    ("approve_warning", "签发和解除警情通报"),
                    ("handle_assistance", "办理质量技术帮扶"),
                    ("accept_assistance", "受理质量技术帮扶"),
                    ("manage_pack", "起草规则包"),
                    ("publish_pack", "发布规则包"),
                ],
                "verbose_name": "body",
                "verbose_name_plural": "bodies",
            },
        ),
        migrations.RunPython(regrant, migrations.RunPython.noop),
    ]
