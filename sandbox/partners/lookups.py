"""市大数据资源平台 and 全国排污许可证管理信息平台: what they know of the demonstration's firms."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sandbox.firms import firm
from sandbox.partners import hazwaste
from sandbox.partners.base import Partner
from sandbox.protocol import Refused
from sandbox.store import Store


def _legal_person(query: Mapping[str, str], store: Store) -> Mapping[str, Any]:
    found = firm(uscc=_uscc(query))
    if found is None:
        return {"legal_person": None}
    return {
        "legal_person": {
            "uscc": found.uscc,
            "name": found.name,
            "legal_rep": found.legal_rep,
            "reg_address": found.address,
            "adcode": found.adcode,
            "status": "存续",
            "industry_code": found.industry_code,
            "industry_name": found.industry_name,
            "business_scope": found.scope,
            "established_on": date(2018, 5, 8).isoformat(),
        }
    }


def _permit(query: Mapping[str, str], store: Store) -> Mapping[str, Any]:
    found = firm(uscc=_uscc(query))
    if found is None:
        return {"permit": None}
    has_permit = found.permit_to is not None
    return {
        "permit": {
            "uscc": found.uscc,
            "permit_class": found.permit_class,
            "permit_no": f"{found.uscc}001{'Y' if found.permit_class == 'registered' else 'V'}"
            if has_permit
            else "",
            "valid_from": date(2025, 1, 1).isoformat() if has_permit else None,
            "valid_to": found.permit_to.isoformat() if found.permit_to else None,
            "issued_by": "示例生态环境局（演示）" if has_permit else "",
        }
    }


def _uscc(query: Mapping[str, str]) -> str:
    uscc = query.get("uscc", "")
    if len(uscc) != 18:
        raise Refused("E400", "统一社会信用代码应为18位。")
    return uscc


DATA_HUB = Partner(
    code="data_hub",
    title="市大数据资源平台",
    about="法人信息查询，只认识演示企业；接收归档共享的危险废物转移许可。",
    inlets=hazwaste.permit_inlets(link="data_hub"),
    questions={"/legal-persons": _legal_person},
)
PERMITS_NATIONAL = Partner(
    code="permits_national",
    title="全国排污许可证管理信息平台",
    about="排污许可信息查询，只认识演示企业。",
    questions={"/permits": _permit},
)
