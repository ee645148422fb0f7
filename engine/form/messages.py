"""What a form says to the person who fills it in: every sentence in Chinese and in English."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.errors import Message

REQUIRED = Message(zh="请填写此项。", en="Fill this in.")
CHOOSE = Message(zh="请选择一项。", en="Choose one.")
CHOOSE_SOME = Message(zh="请至少选择一项。", en="Choose at least one.")
TICK = Message(zh="请勾选此项。", en="Tick this box.")
UPLOAD = Message(zh="请上传文件。", en="Upload a file.")
NUMBER = Message(zh="请填写数字，如 12.5。", en="Enter a number, such as 12.5.")
NUMBER_SIZE = Message(zh="这个数字太大或位数太多。", en="This number is too large or has too many digits.")
INTEGER = Message(zh="请填写整数。", en="Enter a whole number.")
TEXT = Message(zh="这里需要文字。", en="This must be text.")
BOOLEAN = Message(zh="这里只能是“是”或“否”。", en="This must be true or false.")
CHOICES = Message(zh="这里需要选项的列表。", en="This must be a list of options.")
OBJECT = Message(zh="这里需要一组字段。", en="This must be a group of fields.")
ROWS = Message(zh="这里需要行的列表。", en="This must be a list of rows.")
CHARACTERS = Message(
    zh="含有无法保存的字符，请删去。", en="It has characters that cannot be kept: remove them."
)
OPTION = Message(zh="请从选项中选择。", en="Choose one of the options.")
EMAIL = Message(
    zh="请填写邮箱地址，如 name@example.com。", en="Enter an e-mail address, such as name@example.com."
)
PHONE = Message(
    zh="请填写带国家代码的电话，如 +8613800138000。",
    en="Enter a phone number with its country code, such as +8613800138000.",
)
PATTERN = Message(zh="格式不对，请核对。", en="The format is not right: check it.")
DATE = Message(zh="请填写日期，如 2026-11-21。", en="Enter a date, such as 2026-11-21.")
TIME = Message(zh="请填写时间，如 14:30。", en="Enter a time, such as 14:30.")
DATETIME = Message(
    zh="请填写日期和时间，如 2026-11-21T14:30。", en="Enter a date and a time, such as 2026-11-21T14:30."
)
PAST = Message(zh="日期不能早于今天。", en="The date cannot be before today.")
FUTURE = Message(
    zh="这是已发生的事，时间不能晚于现在。", en="This has happened: it cannot be later than now."
)
FUTURE_DAY = Message(
    zh="这是已发生的事，日期不能晚于今天。", en="This has happened: it cannot be later than today."
)
UNKNOWN = Message(zh="表单里没有这个字段。", en="The form has no such field.")
READ_ONLY = Message(zh="此项只读，不能修改。", en="This field is read-only.")
FIXED_ROWS = Message(zh="这张表的行不能增减。", en="Rows of this list cannot be added or removed.")
BAD_LIMIT = Message(
    zh="表单的界限算不出数字，请联系流程负责人。",
    en="The form's limit does not give a number: tell the process owner.",
)
FILE_UNKNOWN = Message(zh="找不到这个文件，请重新上传。", en="The file was not found: upload it again.")
FILE_LIST = Message(zh="这里需要文件的列表。", en="This must be a list of files.")
#: So many options a message names.
_NAMED = 8
ONE_FILE = Message(zh="只能上传一个文件。", en="Only one file can be given.")


def one_of(chinese: Sequence[str], english: Sequence[str]) -> Message:
    """What can be chosen, by name as long as it is not much."""
    if not 0 < len(chinese) <= _NAMED:
        return OPTION
    return Message(
        zh=f"请从选项中选择：{'、'.join(chinese)}。", en=f"Choose one of the options: {', '.join(english)}."
    )


def plain(number: object) -> str:
    """A limit as people read it: no exponent, no trailing zeros."""
    if isinstance(number, Decimal):
        text = f"{number:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(number)


def at_least(limit: object) -> Message:
    """The number is below the lowest allowed."""
    return Message(zh=f"不能小于 {plain(limit)}。", en=f"Must be at least {plain(limit)}.")


def at_most(limit: object) -> Message:
    """The number is above the highest allowed."""
    return Message(zh=f"不能大于 {plain(limit)}。", en=f"Must be at most {plain(limit)}.")


def longer(limit: object) -> Message:
    """The text is too short."""
    return Message(zh=f"至少 {plain(limit)} 个字。", en=f"Enter at least {plain(limit)} characters.")


def shorter(limit: object) -> Message:
    """The text is too long."""
    return Message(zh=f"最多 {plain(limit)} 个字。", en=f"Enter at most {plain(limit)} characters.")


def decimals(digits: int) -> Message:
    """The number has more decimal digits than the field keeps."""
    if digits == 0:
        return INTEGER
    return Message(zh=f"最多 {digits} 位小数。", en=f"Enter at most {digits} decimal digits.")


def multiple(step: Decimal, below: Decimal, above: Decimal) -> Message:
    """The number is no multiple of the field's step; the nearest two are named."""
    near = f"{plain(below)}", f"{plain(above)}"
    return Message(
        zh=f"须为 {plain(step)} 的整数倍，最近的是 {near[0]} 和 {near[1]}。",
        en=f"Must be a multiple of {plain(step)}; the nearest are {near[0]} and {near[1]}.",
    )


def interval(minutes: int) -> Message:
    """The time is off the field's interval."""
    return Message(
        zh=f"时间须为 {minutes} 分钟的整数倍。", en=f"The minutes must be a multiple of {minutes}."
    )


def more_rows(limit: int) -> Message:
    """The list has too few rows."""
    return Message(zh=f"至少 {limit} 行。", en=f"Give at least {limit} rows.")


def fewer_rows(limit: int) -> Message:
    """The list has too many rows."""
    return Message(zh=f"最多 {limit} 行。", en=f"Give at most {limit} rows.")


def file_kind(name: str, accept: str) -> Message:
    """A file's kind is not among those the field takes."""
    return Message(
        zh=f"不能上传“{name}”，可用：{accept}。", en=f"“{name}” cannot be used here; allowed: {accept}."
    )


def pattern_of_form(zh: str, en: str) -> Message:
    """The form's own words for a text that does not fit its pattern."""
    return Message(zh=zh, en=en or zh)
