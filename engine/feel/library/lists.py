"""Functions on lists. Places count from 1, negative ones from the end."""

from __future__ import annotations

from engine.feel import numbers
from engine.feel.functions import function
from engine.feel.kinds import Function, Value, kind
from engine.feel.limits import Run
from engine.feel.operators import equal, identity_key

List = list[Value]


@function(
    "list contains(list: list, element: Any)", "whether the element is in the list", "列表是否包含该元素"
)
def list_contains(run: Run, items: List, element: Value) -> bool:
    """Whether one element equals it."""
    run.read(len(items))
    return any(equal(item, element, run) is True for item in items)


@function("count(list: list)", "the number of elements", "元素个数")
def count(run: Run, items: List) -> int:
    """How many."""
    return len(items)


@function("is empty(list: list)", "whether the list has no element (Camunda)", "列表是否为空")
def is_empty(run: Run, items: List) -> bool:
    """No element."""
    return not items


@function("all(...b: Any)", "the same for arguments", "同上，直接给出参数")
@function("all(list: list)", "whether all elements are true", "是否全部为真")
def all_true(run: Run, *values: Value) -> bool | None:
    """And over all; null when an element is neither and none is false."""
    return _decided(_elements(values, run), decisive=False)


@function("any(...b: Any)", "the same for arguments", "同上，直接给出参数")
@function("any(list: list)", "whether one element is true", "是否至少一个为真")
def any_true(run: Run, *values: Value) -> bool | None:
    """Or over all; null when an element is neither and none is true."""
    return _decided(_elements(values, run), decisive=True)


def _elements(values: tuple[Value, ...], run: Run) -> List:
    """The elements of the one list, or the arguments themselves."""
    items = values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)
    run.read(len(items))
    return items


def _decided(items: List, *, decisive: bool) -> bool | None:
    if any(item is decisive for item in items):
        return decisive
    return not decisive if all(isinstance(item, bool) for item in items) else None


@function(
    "sublist(list: list, start position: number, length?: number)",
    "the elements from a place on, of a given number",
    "从某位置起截取若干元素",
)
def sublist(
    run: Run, items: List, start: numbers.Number, length: numbers.Number | None = None
) -> List | None:
    """The part of the list; null when the place or the length lies outside."""
    first = _place(start, len(items))
    if first is None:
        return None
    size = len(items) - first if length is None else int(length)
    if not 0 <= size <= len(items) - first:
        return None
    run.hold_list(size)
    return items[first : first + size]


def _place(position: numbers.Number, length: int) -> int | None:
    """The index of a place counted from 1 or, negative, from the end; None outside."""
    place = int(position)
    if place != position or not 1 <= abs(place) <= length:
        return None
    return place - 1 if place > 0 else length + place


@function("append(list: list, ...item: Any)", "the list with further elements at its end", "在末尾追加元素")
def append(run: Run, items: List, *more: Value) -> List:
    """One after the other."""
    run.hold_list(len(items) + len(more))
    return [*items, *more]


@function("concatenate(...list: list)", "all lists one after the other", "依次连接多个列表")
def concatenate(run: Run, *lists: List) -> List:
    """One list of all."""
    run.hold_list(sum(map(len, lists)))
    return [item for items in lists for item in items]


@function(
    "insert before(list: list, position: number, newItem: Any)",
    "the list with an element put in at a place",
    "在某位置之前插入元素",
)
def insert_before(run: Run, items: List, position: numbers.Number, new: Value) -> List | None:
    """The longer list; null for a place outside."""
    place = _place(position, len(items) + (position > 0))
    if place is None:
        return None
    run.hold_list(len(items) + 1)
    return [*items[:place], new, *items[place:]]


@function(
    "remove(list: list, position: number)", "the list without the element at a place", "去掉某位置的元素"
)
def remove(run: Run, items: List, position: numbers.Number) -> List | None:
    """The shorter list; null for a place outside."""
    place = _place(position, len(items))
    if place is None:
        return None
    run.hold_list(len(items))
    return [*items[:place], *items[place + 1 :]]


@function(
    "list replace(list: list, position: number, newItem: Any)",
    "the list with the element at a place replaced",
    "替换某位置的元素",
)
def replace_at(run: Run, items: List, position: numbers.Number, new: Value) -> List | None:
    """The changed list; null for a place outside."""
    place = _place(position, len(items))
    if place is None:
        return None
    run.hold_list(len(items))
    return [*items[:place], new, *items[place + 1 :]]


@function(
    "list replace(list: list, match: function, newItem: Any)",
    "the list with those elements replaced for which match(element, newItem) is true",
    "替换所有使匹配函数为真的元素",
)
def replace_matching(run: Run, items: List, match: Function, new: Value) -> List | None:
    """The changed list; null when the function does not tell true or false."""
    run.hold_list(len(items))
    made = []
    for item in items:
        run.step()
        chosen = match.call([item, new], None, run)
        if not isinstance(chosen, bool):
            return None
        made.append(new if chosen else item)
    return made


@function("reverse(list: list)", "the list from its end", "倒序")
def reverse(run: Run, items: List) -> List:
    """The last first."""
    run.hold_list(len(items))
    return items[::-1]


@function(
    "index of(list: list, match: Any)", "the places of the elements that are the match", "匹配元素的所有位置"
)
def index_of(run: Run, items: List, match: Value) -> List:
    """All places, counted from 1."""
    run.hold_list(len(items))
    return [place for place, item in enumerate(items, 1) if equal(item, match, run) is True]


@function("union(...list: list)", "all lists together, each value once", "多个列表合并去重")
def union(run: Run, *lists: List) -> List:
    """Each value where it came first."""
    return _unique([item for items in lists for item in items], run)


@function("distinct values(list: list)", "the list with each value once", "去重")
def distinct_values(run: Run, items: List) -> List:
    """Each value where it came first."""
    return _unique(items, run)


def _unique(items: List, run: Run) -> List:
    run.hold_list(len(items))
    found: dict[Value, Value] = {}
    for item in items:
        found.setdefault(identity_key(item, run), item)
    return list(found.values())


@function("duplicate values(list: list)", "the values that come more than once (Camunda)", "出现多次的值")
def duplicate_values(run: Run, items: List) -> List:
    """Each of them once, where it came first."""
    run.hold_list(len(items))
    seen: dict[Value, list[Value]] = {}
    for item in items:
        seen.setdefault(identity_key(item, run), []).append(item)
    return [same[0] for same in seen.values() if len(same) > 1]


@function("flatten(list: list)", "the list with inner lists laid open", "展开嵌套列表")
def flatten(run: Run, items: List) -> List:
    """One list without lists in it."""
    found: List = []
    for item in items:
        if kind(item) == "list":
            found.extend(flatten(run, item))
        else:
            found.append(item)
    run.hold_list(len(found))
    return found


@function("partition(list: list, size: number)", "the list in parts of a size (Camunda)", "按固定长度分组")
def partition(run: Run, items: List, size: numbers.Number) -> List | None:
    """Lists of `size` elements, the last may be shorter."""
    step = int(size)
    if step < 1:
        return None
    run.hold_list(2 * len(items))
    return [items[start : start + step] for start in range(0, len(items), step)]
