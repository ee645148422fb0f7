"""What can go wrong, in three kinds: refused (the user can mend it), conflict (try again), broken (ours)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence for a person, in Chinese and in English."""

    zh: str
    en: str

    def text(self, locale: str) -> str:
        """The sentence in `locale` ("zh_CN" or "en"); Chinese for every other locale."""
        return self.en if locale.startswith("en") else self.zh

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found in a file: where, what, and what to do about it."""

    file: str
    element: str
    line: int
    severity: Literal["error", "warning"]
    code: str
    message: Message
    remedy: Message

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity} {self.code} [{self.element}] {self.message.en} {self.remedy.en}"


class RestockError(Exception):
    """Something went wrong."""

    status = 500

    def __init__(self, message: Message | None = None, **facts: object) -> None:
        self.message = message or Message(zh=self.chinese, en=(self.__doc__ or "").strip())
        self.facts: Mapping[str, object] = facts
        super().__init__(self.message.en)

    chinese = "出了问题。"


class Refused(RestockError):
    """This cannot be accepted as it stands."""

    status = 422
    chinese = "内容有误，无法接受。"


class FieldsRefused(Refused):
    """Some fields need to be corrected."""

    chinese = "有些字段需要更正。"

    def __init__(self, errors: Mapping[str, Message]) -> None:
        super().__init__()
        self.errors = dict(errors)


class DeployRefused(Refused):
    """The files were not deployed: correct the findings and upload again."""

    chinese = "文件未部署：请按检查结果修改后重新上传。"

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__()
        self.findings = findings


class NotFound(RestockError):
    """There is no such thing, or it is not yours to see."""

    status = 404
    chinese = "找不到，或您无权查看。"


class Forbidden(RestockError):
    """You may not do this."""

    status = 403
    chinese = "您没有这项权限。"


class Conflict(RestockError):
    """Something happened meanwhile: look again before you go on."""

    status = 409
    chinese = "期间情况有变：请重新查看后再继续。"


class Broken(RestockError):
    """An internal fault: it was recorded and nothing was changed."""

    status = 500
    chinese = "内部故障：已记录，数据没有改变。"


@dataclass(slots=True)
class Findings:
    """Collects findings of one file."""

    file: str
    items: list[Finding] = field(default_factory=list)

    def error(self, element: str, line: int, code: str, message: Message, remedy: Message) -> None:
        """Add a finding that refuses the file."""
        self.items.append(Finding(self.file, element, line, "error", code, message, remedy))

    def warn(self, element: str, line: int, code: str, message: Message, remedy: Message) -> None:
        """Add a finding that is shown but does not refuse the file."""
        self.items.append(Finding(self.file, element, line, "warning", code, message, remedy))
