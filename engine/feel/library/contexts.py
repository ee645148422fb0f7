"""Functions on contexts."""

from __future__ import annotations

from engine.feel.functions import function
from engine.feel.kinds import Value
from engine.feel.limits import Run

Context = dict[str, Value]


@function("get value(m: context, key: string)", "the entry with this name", "按名称取条目")
def get_value(run: Run, context: Context, key: str) -> Value:
    """The entry, or null."""
    return context.get(key)


@function(
    "get value(context: context, keys: list)",
    "the entry reached by these names one after the other",
    "按路径取条目",
)
def get_value_by_path(run: Run, context: Context, keys: list[Value]) -> Value:
    """The inner entry, or null when the way breaks off."""
    found: Value = context
    for key in keys:
        if not isinstance(found, dict) or not isinstance(key, str):
            return None
        found = found.get(key)
    return found if keys else None


@function("get entries(m: context)", "a list of {key, value} for the entries", "将条目列为 {key, value} 列表")
def get_entries(run: Run, context: Context) -> list[Value]:
    """One context for each entry."""
    run.hold_list(3 * len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@function("context(entries: list)", "the context of a list of {key, value}", "由 {key, value} 列表得到上下文")
def context_from_entries(run: Run, entries: list[Value]) -> Context | None:
    """The context; null when an entry lacks its key or value or a key comes twice."""
    run.hold_list(len(entries))
    made: Context = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry:
            return None
        key = entry.get("key")
        if not isinstance(key, str) or key in made:
            return None
        made[key] = entry["value"]
    return made


@function(
    "context put(context: context, key: string, value: Any)",
    "the context with an entry added or replaced",
    "添加或替换条目",
)
def context_put(run: Run, context: Context, key: str, value: Value) -> Context:
    """The changed context."""
    run.hold_list(len(context) + 1)
    return {**context, key: value}


@function(
    "context put(context: context, keys: list, value: Any)",
    "the same inside, reached by these names one after the other",
    "按路径添加或替换条目",
)
def context_put_by_path(run: Run, context: Context, keys: list[Value], value: Value) -> Context | None:
    """The changed context; null when the way leads through what is no context."""
    if not keys or not all(isinstance(key, str) for key in keys):
        return None
    key, *rest = keys
    if not rest:
        return context_put(run, context, key, value)
    inner = context.get(key)
    changed = context_put_by_path(run, inner, rest, value) if isinstance(inner, dict) else None
    return None if changed is None else context_put(run, context, key, changed)


@function(
    "context merge(contexts: list)",
    "all contexts together, later entries before earlier ones",
    "合并多个上下文，后者优先",
)
def context_merge(run: Run, contexts: list[Value]) -> Context | None:
    """One context of all; null when something else is among them."""
    if not all(isinstance(context, dict) for context in contexts):
        return None
    run.hold_list(sum(map(len, contexts)))
    return {key: value for context in contexts for key, value in context.items()}
