"""The roles of the documented procedures: the lanes of the shipped diagrams, and who runs the installation."""

from __future__ import annotations

from dataclasses import dataclass

from engine.access import SYSTEM
from engine.commands.users import define_role
from engine.model.database import Database
from engine.queries.people import all_roles


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its key as diagrams write it, its names, and what it may do beyond its tasks."""

    key: str
    zh: str
    en: str
    permissions: tuple[str, ...] = ()


ROLES = (
    Role("cs", "客服", "Customer service"),
    Role("cs_supervisor", "客服主管", "Customer-service supervisor"),
    Role("cs_assistant", "客服助理", "Customer-service assistant"),
    Role("sales", "销售", "Sales"),
    Role("marketing_director", "营销总监", "Marketing director"),
    Role("order_follower", "跟单", "Order follower"),
    Role("finance", "财务", "Finance"),
    Role("general_manager", "总经理", "General manager"),
    Role("warehouse", "仓储中心", "Warehouse"),
    Role("dispatcher", "发货员", "Dispatcher"),
    Role("logistics", "物流部", "Logistics"),
    Role("driver", "运输员", "Driver"),
    Role("archivist", "专人（档案）", "Archivist"),
    Role("purchasing", "采购部", "Purchasing"),
    Role("technical", "技术部", "Technical department"),
    Role("production", "生产部", "Production"),
    Role("production_head", "生产部主管", "Head of production"),
    Role("quality", "质检部", "Quality control"),
    Role("store", "门店", "Store"),
    Role("store_manager", "店长", "Store manager"),
    Role("franchise_cs", "加盟客服", "Franchise customer service"),
    Role("direct_clerk", "直营文员", "Clerk for own stores"),
    Role("merchandising", "商品部", "Merchandising"),
    Role("line_manager", "主管及经理", "Supervisor and manager"),
    Role("after_sales", "售后", "After-sales"),
    Role("process_owner", "流程负责人", "Process owner", ("deploy", "operate")),
    Role("auditor", "审计", "Auditor", ("audit",)),
    Role("admin", "管理员", "Administrator", ("admin", "operate", "deploy", "audit")),
)


def define_missing(database: Database) -> None:
    """Make the roles that are not there yet; those an administrator changed stay as they are."""
    known = {key for key, _, _ in all_roles(database)}
    for role in ROLES:
        if role.key not in known:
            define_role(database, role.key, role.zh, role.en, SYSTEM, permissions=role.permissions)
