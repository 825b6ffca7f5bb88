"""What hangs on a unit of the registry: certificates, products, honours (P12)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.models.enterprise import Certificate, Honour, Product, RiskLevel
from cases.services.enterprise_details import keep_certificate, keep_honour, keep_product
from cases.services.import_cells import Words
from cases.services.import_columns import Column, day_column, words_column, yes_no_column
from cases.services.import_kinds.unit_columns import RISK_WORDS
from cases.services.import_kinds.unit_rows import RowsKind, columns_of

CERTIFICATE_WORDS: Final = {
    "工业产品生产许可证": "production_licence",
    "许可证": "production_licence",
    "CCC证书": "ccc",
    "3C": "ccc",
    "3C证书": "ccc",
}

CERTIFICATES: Final = RowsKind(
    code="certificates",
    title=_("Certificates"),
    about=_("One row a production licence or CCC certificate, known again by enterprise, kind and number."),
    columns=columns_of(
        words_column(
            "kind",
            "证书类型",
            "Kind of certificate",
            Words(Certificate.Kind, CERTIFICATE_WORDS),
            required=True,
            sample="production_licence",
        ),
        Column("number", "证书编号", "Number", required=True, sample="XK16-003-00001", width=22),
        Column("scope", "许可范围", "Scope", sample="电热水壶", width=28),
        day_column("valid_from", "有效期起", "Valid from", sample="2023-06-01"),
        day_column("valid_to", "有效期止", "Valid to", sample="2028-05-31"),
    ),
    model=Certificate,
    keep=keep_certificate,
    known_by=("kind", "number"),
)

PRODUCTS: Final = RowsKind(
    code="products",
    title=_("Products"),
    about=_("One row a product, known again by enterprise and name."),
    columns=columns_of(
        Column("name", "产品名称", "Product", required=True, sample="电热水壶", width=28),
        words_column(
            "risk_level", "风险等级", "Risk level", Words(RiskLevel, RISK_WORDS), required=True, sample="Ⅱ", width=12
        ),
        yes_no_column("is_main", "主要产品", "Main product", sample="是"),
    ),
    model=Product,
    keep=keep_product,
    known_by=("name",),
    otherwise={"is_main": True},
)

HONOURS: Final = RowsKind(
    code="honours",
    title=_("Quality honours"),
    about=_("One row an honour, known again by enterprise and name. Withdrawing one is a measure of a case."),
    columns=columns_of(
        Column("name", "荣誉名称", "Honour", required=True, sample="浙江制造精品", width=28),
        Column("granted_by", "授予单位", "Granted by", required=True, sample="浙江省市场监督管理局", width=28),
        day_column("granted_on", "授予日期", "Granted on", sample="2025-03-15"),
    ),
    model=Honour,
    keep=keep_honour,
    known_by=("name",),
)
