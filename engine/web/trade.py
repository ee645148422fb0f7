"""The words of the trade for states and kinds, each with the colour of its chip."""

from __future__ import annotations

from engine.web.i18n import gettext as _

Chips = dict[str, tuple[str, str]]


def levels() -> dict[str, str]:
    """The classes of customers."""
    return {level: _("Class %(level)s", level=level) for level in ("A", "B", "C")}


def trust() -> Chips:
    """How far a customer is trusted."""
    return {
        "new": (_("new customer"), "wait"),
        "ok": (_("trusted"), "done"),
        "blocked": (_("credit stopped"), "late"),
    }


def terms() -> dict[str, str]:
    """When a contract asks for the money."""
    return {
        "prepaid": _("Paid before anything is done"),
        "deposit_balance": _("Deposit, then balance"),
        "credit": _("On credit"),
    }


def memories() -> dict[str, str]:
    """What is remembered about a customer."""
    return {
        "order": _("Order"),
        "address": _("Address"),
        "invoice": _("Invoice"),
        "complaint": _("Complaint"),
        "survey": _("Survey"),
        "compensation": _("Compensation"),
        "note": _("Note"),
    }


def order_types() -> dict[str, str]:
    """Where an order comes from."""
    return {
        "电商": _("E-commerce"),
        "门店": _("Store"),
        "批发": _("Wholesale"),
        "定制": _("Made to order"),
        "service": _("Service"),
    }


def order_states() -> Chips:
    """The dictionary of statuses, in its order; shipments use the same."""
    return {
        "待确认": (_("to be confirmed"), "wait"),
        "已确认": (_("confirmed"), "open"),
        "已审批": (_("approved"), "open"),
        "待支付": (_("awaiting payment"), "due"),
        "待处理": (_("to be processed"), "wait"),
        "处理中": (_("being processed"), "open"),
        "待发货": (_("ready to ship"), "open"),
        "已发货": (_("shipped"), "open"),
        "已交付": (_("delivered"), "done"),
        "售后中": (_("in after-sales"), "due"),
        "已完成": (_("finished"), "done"),
        "已取消": (_("called off"), "cancelled"),
    }


def production_states() -> Chips:
    """How far what is made to order is."""
    return {
        "已下达": (_("ordered from production"), "wait"),
        "生产中": (_("in production"), "open"),
        "已完工": (_("made"), "done"),
        "已交库": (_("in the warehouse"), "done"),
        "已中止": (_("stopped with its instance"), "cancelled"),
    }


def statements() -> dict[str, str]:
    """What departments state in writing."""
    return {
        "material": _("Raw material"),
        "date": _("Due date"),
        "recipe": _("Recipe"),
    }


def payment_states() -> Chips:
    """How far a payment is."""
    return {
        "requested": (_("asked for"), "due"),
        "paid": (_("paid"), "done"),
        "withdrawn": (_("withdrawn"), "cancelled"),
    }


def purposes() -> dict[str, str]:
    """What a payment is for."""
    return {
        "full": _("Whole amount"),
        "deposit": _("Deposit"),
        "balance": _("Balance"),
        "settlement": _("Settlement"),
        "refund": _("Refund"),
    }


def paper_states() -> Chips:
    """How a paper stands."""
    return {
        "unsigned": (_("not signed yet"), "open"),
        "issued": (_("needs no signature"), "soft"),
        "signed": (_("signed"), "done"),
        "filed": (_("filed"), "done"),
        "archived": (_("archived"), "done"),
        "void": (_("void"), "cancelled"),
    }


def moves() -> dict[str, str]:
    """How goods come and go."""
    return {
        "in": _("Came in"),
        "out": _("Went out"),
        "transfer": _("Transfer"),
        "adjust": _("Correction"),
        "gift": _("Gift"),
        "return": _("Return"),
        "resend": _("Sent again"),
    }
