"""What a cancelled instance left behind in the trade, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.web.i18n import gettext as _


def lines(left: Iterable[Sequence[str]]) -> list[str]:
    """One sentence for each record, from its kind, number and what became of it (`engine.services.endings`)."""
    return [_sentences(number).get((kind, end), f"{kind} {number}: {end}") for kind, number, end in left]


def doubts(years: Sequence[int]) -> list[str]:
    """That working days of these years were only estimated when the step computed with them."""
    named = _(", ").join(str(year) for year in years)
    return (
        [_("Working days of %(years)s were estimated: nobody had confirmed the calendar", years=named)]
        if years
        else []
    )


def _sentences(no: str) -> dict[tuple[str, str], str]:
    return {
        ("goods", "put back"): _("Goods %(no)s lie on the shelf again", no=no),
        ("shipment", "cancelled"): _("Shipment %(no)s was cancelled", no=no),
        ("order", "cancelled"): _("Order %(no)s was cancelled", no=no),
        ("order", "complete again"): _("Order %(no)s is complete again", no=no),
        ("order", "rest released"): _("Order %(no)s: what was kept back is free again", no=no),
        ("refund", "due"): _("Refund due for order %(no)s: finance was told", no=no),
        ("transfer", "withdrawn"): _("Transfer %(no)s was withdrawn", no=no),
        ("discrepancy", "closed"): _("Discrepancy slip %(no)s was closed", no=no),
        ("allocation", "void"): _("Allocation %(no)s is void", no=no),
        ("store_slip", "cancelled"): _("Store slip %(no)s was closed as cancelled", no=no),
        ("compensation", "withdrawn"): _("Compensation %(no)s was withdrawn", no=no),
        ("ticket", "stopped"): _("Ticket %(no)s was stopped", no=no),
        ("production_order", "stopped"): _("Production order %(no)s was stopped", no=no),
        ("statement", "withdrawn"): _("Statement %(no)s was withdrawn", no=no),
        ("document", "void"): _("Document %(no)s is void", no=no),
    }
