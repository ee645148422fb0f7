"""The words of a form's own furniture, in Chinese and English."""

from __future__ import annotations

from engine.errors import Message

WORDS: dict[str, Message] = {
    "required": Message(zh="必填", en="required"),
    "read_only": Message(zh="只读", en="read-only"),
    "errors_title": Message(zh="请更正以下内容", en="Please correct the following"),
    "error": Message(zh="有误：", en="Error:"),
    "choose": Message(zh="请选择", en="Choose"),
    "yes": Message(zh="是", en="Yes"),
    "no": Message(zh="否", en="No"),
    "nothing": Message(zh="（未填）", en="(nothing)"),
    "no_rows": Message(zh="暂无。", en="No rows yet."),
    "no_data": Message(zh="没有内容。", en="Nothing to show."),
    "add": Message(zh="加一行", en="Add a row"),
    "add_named": Message(zh="加一行{row}", en="Add {row}"),
    "remove": Message(zh="删除", en="Remove"),
    "remove_row": Message(zh="删除第 {n} 行", en="Remove row {n}"),
    "row": Message(zh="第 {n} 行", en="Row {n}"),
    "of_row": Message(zh="，第 {n} 行", en=", row {n}"),
    "actions": Message(zh="操作", en="Actions"),
    "more_rows": Message(zh="其余 {n} 行", en="Further rows: {n}"),
    "submit": Message(zh="提交", en="Submit"),
    "reset": Message(zh="重置", en="Reset"),
    "keep": Message(zh="保留：去掉勾选即删除", en="Keep: untick to remove"),
    "files": Message(zh="已上传的文件", en="Files given"),
    "choose_files": Message(zh="选择文件", en="Choose files"),
    "allowed": Message(zh="可用：{what}", en="Allowed: {what}"),
    "pictures": Message(zh="图片", en="pictures"),
    "listed": Message(zh="、", en=", "),
}


def word(name: str, locale: str, **facts: object) -> str:
    """A word of the furniture in the person's language."""
    return WORDS[name].text(locale).format(**facts)
