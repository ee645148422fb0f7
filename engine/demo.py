"""The demo company: people to log in as, and something to trade. Never part of a database made in earnest."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select

from engine.access import SYSTEM
from engine.commands.users import create_user
from engine.errors import Refused
from engine.model.database import Database
from engine.model.instances import setting
from engine.queries.people import all_users
from engine.roles import ROLES, define_missing
from engine.services.demo import seed

#: The password of everybody in the demo company, and of nobody anywhere else.
PASSWORD = "restock-demo"  # noqa: S105 - printed at every start on purpose

_MARK = {"key": "demo_company", "value": "1"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo company."""

    login: str
    name: str
    roles: tuple[str, ...]

    @property
    def works_as(self) -> str:
        """The names of their roles, Chinese and English."""
        known = {role.key: f"{role.zh} {role.en}" for role in ROLES}
        return ", ".join(known[key] for key in self.roles)


PEOPLE = (
    Person("lin", "林晓雨", ("cs",)),
    Person("zhao", "赵敏", ("cs",)),
    Person("chen", "陈会计", ("finance",)),
    Person("wang", "王总", ("general_manager",)),
    Person("liu", "刘仓", ("warehouse",)),
    Person("sun", "孙物流", ("logistics", "driver")),
    Person("zhou", "周档案", ("archivist",)),
    Person("wu", "吴销售", ("sales",)),
    Person("zheng", "郑主管", ("cs_supervisor",)),
    Person("tian", "田门店", ("store",)),
    Person("shi", "石店长", ("store_manager",)),
    Person("tang", "唐加盟", ("franchise_cs",)),
    Person("he", "何文员", ("direct_clerk",)),
    Person("mei", "梅商品", ("merchandising",)),
    Person("guan", "管经理", ("line_manager",)),
    Person("ji", "纪售后", ("after_sales",)),
    Person("bai", "白质检", ("quality",)),
    Person("gong", "龚技术", ("technical",)),
    Person("meng", "孟生产", ("production",)),
    Person("wei", "魏主管", ("production_head",)),
    Person("qin", "秦总监", ("marketing_director",)),
    Person("su", "苏助理", ("cs_assistant",)),
    Person("ding", "丁发货", ("dispatcher",)),
    Person("fang", "方跟单", ("order_follower",)),
    Person("qian", "钱流程", ("process_owner",)),
    Person("shen", "沈审计", ("auditor",)),
    Person("admin", "管理员", ("admin",)),
)


class NotEmpty(Refused):
    """People work in this database already: make the demo company in another RESTOCK_HOME."""

    chinese = "该数据库已有正式人员：请换一个 RESTOCK_HOME 建立演示公司。"


def create(database: Database) -> None:
    """Make the people and the trade of the demo company; what is there already stays as it is.

    Raises NotEmpty for a database in which people who are not of the demo company can log in.
    """
    known = {person.login for person in all_users(database)}
    if known and not exists(database):
        raise NotEmpty
    with database.write() as connection:
        if not connection.execute(select(setting.c.key).where(setting.c.key == _MARK["key"])).first():
            connection.execute(insert(setting).values(_MARK))
        seed(connection)
    define_missing(database)
    for person in PEOPLE:
        if person.login not in known:
            create_user(database, person.login, person.name, SYSTEM, password=PASSWORD, roles=person.roles)


def exists(database: Database) -> bool:
    """Whether this database is the demo company's."""
    with database.read() as connection:
        return (
            connection.execute(select(setting.c.key).where(setting.c.key == _MARK["key"])).first() is not None
        )
