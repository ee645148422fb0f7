"""What goes wrong with decision tables: a file that is refused, a table that cannot answer."""

from __future__ import annotations

from engine.errors import DeployRefused, Message, Refused
from engine.feel import FeelError, evaluate
from engine.feel.values import kind


class DmnRefused(DeployRefused):
    """The decision file cannot be used: correct the findings and upload it again."""

    chinese = "决策文件无法使用：请按检查结果修改后重新上传。"


class DmnError(Refused):
    """A decision could not be made: the table contradicts itself or was given a wrong value.

    `decision` names the decision, `rules` the rules concerned (numbers as the editor shows them, from 1).
    """

    chinese = "无法作出决策：决策表自相矛盾，或输入值不正确。"

    def __init__(self, message: Message, decision: str, rules: tuple[int, ...] = ()) -> None:
        super().__init__(message, decision=decision, rules=rules)
        self.decision = decision
        self.rules = rules


def written(value: object) -> str:
    """A value in a message, as one would write it in FEEL; of one that is too large only its kind."""
    try:
        return str(evaluate("string([value])", {"value": value}))[1:-1]
    except FeelError:
        return kind(value)
