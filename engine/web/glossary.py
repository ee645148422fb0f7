"""What the shipped processes call variables that no form asks for: the words of the trade."""

from __future__ import annotations

from engine.web.i18n import marked

NAMES = {
    "account": marked("account"),
    "amount": marked("amount"),
    "amount_due": marked("amount due"),
    "arrived": marked("arrived"),
    "arrived_at": marked("arrived at"),
    "available": marked("available"),
    "batch_no": marked("batch"),
    "candidates": marked("possible customers"),
    "carrier": marked("carrier"),
    "confirmation": marked("order confirmation"),
    "consignments": marked("consignments"),
    "customer": marked("customer"),
    "customer_name": marked("customer's name"),
    "decision": marked("decision"),
    "delivery_note": marked("delivery note"),
    "dispatch_notice": marked("dispatch notice"),
    "document": marked("document"),
    "eta": marked("expected arrival"),
    "level": marked("level"),
    "lines": marked("goods"),
    "name": marked("name"),
    "order_no": marked("order number"),
    "order_status": marked("order status"),
    "outbound_slip": marked("outbound slip"),
    "paid": marked("paid"),
    "payment": marked("payment"),
    "phone": marked("phone"),
    "products": marked("price list"),
    "qty": marked("quantity"),
    "requirements": marked("requirements"),
    "shipment": marked("shipment"),
    "shipping_list": marked("shipping list"),
    "shortage": marked("shortage"),
    "shortage_decision": marked("decision on the shortage"),
    "signers": marked("signers"),
    "sku": marked("item number"),
    "slip": marked("slip"),
    "spec": marked("specification"),
    "stock": marked("stock"),
    "ticket": marked("ticket"),
    "total": marked("total"),
    "unit": marked("unit"),
    "unit_price": marked("unit price"),
    "waybill": marked("waybill"),
}

#: Variables and fields that hold amounts of money.
MONEY = frozenset(
    {"amount", "amount_due", "amount_received", "deposit", "freight_amount", "price", "total", "unit_price"}
)
