"""The one table of job types: what each takes, gives, and may refuse."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select

from engine.model.papers import service_answer
from engine.services import (
    advice,
    allocations,
    cancellations,
    cases,
    compensations,
    confirmations,
    contracts,
    corrections,
    customers,
    documents,
    exchanges,
    files,
    fines,
    inspections,
    inventory,
    memos,
    notify,
    orders,
    payments,
    price_doubts,
    production,
    products,
    resends,
    ship_requests,
    shipments,
    statements,
    store_slips,
    thresholds,
    tickets,
    transfers,
)
from engine.services.call import Call, Handler, Values, WrongInput


@dataclass(frozen=True, slots=True)
class Service:
    """A job type. `takes` and `gives` are names; one with "?" may be missing. `errors` are BPMN error codes.

    What a service gives becomes variables; one that acts in a side branch gives nothing, so that nothing has to be
    merged. A service that `writes` keeps its answer under the job's key: the same job again is answered without acting.
    """

    type: str
    handle: Handler
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    errors: tuple[str, ...] = ()
    writes: bool = True

    def __call__(self, call: Call) -> Values:
        """Do the work in the caller's transaction. Raises ServiceError (a BPMN error), WrongInput, Refused."""
        if self.writes and (answered := _answered(call)) is not None:
            return answered
        for name in self.takes:
            if not name.endswith("?") and call.get(name) is None:
                raise WrongInput(name, "必填值", "given")
        answer = self.handle(call)
        if self.writes:
            call.connection.execute(
                insert(service_answer).values(key=call.key, type=self.type, answer=answer, at=call.now)
            )
        return answer


def _answered(call: Call) -> Values | None:
    answer: Values | None = call.connection.scalars(
        select(service_answer.c.answer).where(service_answer.c.key == call.key)
    ).one_or_none()
    return answer


def _service(
    kind: str, handle: Handler, takes: str, gives: str, errors: str = "", *, writes: bool = True
) -> Service:
    return Service(kind, handle, tuple(takes.split()), tuple(gives.split()), tuple(errors.split()), writes)


_SERVICES = (
    _service("customers.find", customers.find, "phone? name?", "candidates match?", writes=False),
    _service("customers.record", customers.record, "customer_id? kind ref? text facts?", ""),
    _service("products.list", products.list_products, "customer_id? level?", "products", writes=False),
    _service("inventory.check", inventory.check, "lines", "stock shortage", writes=False),
    _service(
        "orders.quote",
        orders.quote,
        "customer_id? level? lines",
        "lines total",
        "unknown_product",
        writes=False,
    ),
    _service(
        "orders.create",
        orders.create,
        "order_no? type source? customer_id? customer_name level? lines total requirements? payment_method? recipient? "
        "phone? address? ship_time? ship_mode? batches? freight? other? invoice?",
        "order_no",
    ),
    _service(
        "orders.set_status",
        cancellations.set_status,
        "order_no status batch_no? batches? shipment_no? facts? note?",
        "",
    ),
    _service("documents.issue", documents.issue, "kind order_no? batch_no? payload document?", "document"),
    _service("documents.copy", documents.copy, "document copy_no purpose holder", ""),
    _service("documents.file", documents.file, "documents state shelf_ref? facts?", ""),
    _service("notify.send", notify.send, "event recipients facts? documents?", ""),
    _service(
        "payments.request",
        payments.request,
        "purpose order_no customer amount_due payment_method? reminder?",
        "payment",
        "deposit_too_large",
    ),
    _service(
        "payments.balance_notice",
        payments.balance_notice,
        "purpose? order_no customer amount_due finished_qty?",
        "balance_notice payment",
    ),
    _service(
        "payments.record",
        payments.record,
        "payment? order_no purpose? amount_due? amount_received received_on? account? invoice_no? title? tax_no? "
        "invoice_lines?",
        "payment",
    ),
    _service("orders.drop", cancellations.drop, "order_no?", ""),
    _service("orders.withdraw", orders.withdraw, "order_no lines", "refund_due"),
    _service("payments.refund", payments.refund, "order_no amount method?", ""),
    _service(
        "payments.record_part",
        payments.record_part,
        "order_no purpose? amount_received received_on? payment_method?",
        "",
    ),
    _service(
        "confirmations.build",
        confirmations.build,
        "order_no customer level? lines total recipient? phone? address? ship_time? payment_method? freight? special? "
        "changes? previous? production?",
        "confirmation",
        "deposit_too_large",
    ),
    _service(
        "confirmations.postpone",
        confirmations.postpone,
        "confirmation base_due sent_on",
        "",
    ),
    _service(
        "shipments.create",
        shipments.create,
        "order_no batch_no? batches? customer_name? recipient phone? address lines freight? outbound_no invoice? ship_date?",
        "shipment shipping_list delivery_note",
    ),
    _service(
        "shipments.record_picking",
        shipments.record_picking,
        "order_no batch_no? outbound_no lines",
        "picking_no",
        "insufficient_stock",
    ),
    _service(
        "tickets.open",
        tickets.open_ticket,
        "order_no? batch_no? customer_id? customer_name? kind channel? description? lines?",
        "ticket",
    ),
    _service(
        "tickets.register",
        tickets.register,
        "kind order_no? customer_name? phone? channel? description? lines?",
        "ticket",
        "unknown_order",
    ),
    _service("tickets.load", cases.load, "ticket phone?", "facts"),
    _service(
        "tickets.measure",
        cases.measure,
        "ticket_no kind? lines?",
        "lines value weight volume",
        "nothing_affected",
    ),
    _service(
        "tickets.record",
        tickets.record,
        "ticket_no order_no? model? damage_level? resolution remedy? lines? amount? difference? freight_payer? "
        "freight?",
        "registration",
    ),
    _service("tickets.close", tickets.close, "ticket_no facts?", ""),
    _service(
        "inventory.evidence",
        corrections.evidence,
        "lines all_printed expected actual tolerance",
        "evidence counts",
        writes=False,
    ),
    _service(
        "inventory.adjust",
        corrections.adjust,
        "ticket_no not_sent? sent_instead? returned? sound?",
        "corrections",
    ),
    _service("products.identify", corrections.identify, "barcode?", "received", writes=False),
    _service(
        "compensations.allow", compensations.allow, "ticket_no order_no? customer_id? lines percent", "amount"
    ),
    _service("compensations.gift", compensations.gift, "ticket_no order_no? customer_id? goods value?", ""),
    _service(
        "compensations.pay",
        compensations.pay,
        "ticket_no order_no? customer_id? kind amount method? freight_payer? freight_cost?",
        "",
    ),
    _service(
        "resends.print",
        resends.print_slips,
        "ticket_no order_no customer_id? customer_name kind? amount? lines recipient phone address freight? "
        "freight_payer? freight_cost?",
        "outbound_slip dispatch_notice resend_no",
    ),
    _service("exchanges.models", exchanges.models, "lines? level?", "models", writes=False),
    _service(
        "exchanges.price",
        exchanges.price,
        "ticket_no order_no? customer_id? level? swap_kind lines? sku? qty?",
        "send_lines difference model",
    ),
    _service("exchanges.settle", exchanges.settle, "ticket_no result method?", ""),
    _service("files.archive", files.put_away, "ref documents facts?", "archive_no"),
    _service("settings.read", thresholds.read, "names?", "settings", writes=False),
    _service("stores.choices", store_slips.choices, "ownership?", "stores products", writes=False),
    _service("store_slips.publish", store_slips.publish, "store lines confirmed_at due_at", "slip"),
    _service("store_slips.close", store_slips.close, "slip_no closed_by", ""),
    _service(
        "allocations.draft", allocations.draft, "slip_no allocation_no? reference?", "allocation_no lines"
    ),
    _service(
        "allocations.confirm",
        allocations.confirm,
        "allocation_no slip lines",
        "allocation_slip lines",
        "insufficient_stock",
    ),
    _service("allocations.receive", allocations.receive, "allocation_no store", ""),
    _service(
        "discrepancies.open", transfers.open_discrepancy, "slip_no lines found_at due_at", "discrepancy"
    ),
    _service(
        "transfers.offers", transfers.offers, "discrepancy to_store", "missing offers transfers", writes=False
    ),
    _service(
        "transfers.arrange",
        transfers.arrange,
        "discrepancy_no to_store missing transfers",
        "transfers",
        "no_stock",
    ),
    _service("transfers.report", transfers.report, "transfers", ""),
    _service("fines.open_pieces", fines.open_pieces, "slip_no kind by_line?", "pieces overdue", writes=False),
    _service("fines.record", fines.record, "slip_no kind pieces rate due_at", "fine"),
    _service("fines.strikes", fines.strikes, "fine", "strikes deducted", writes=False),
    _service(
        "fines.deduct",
        fines.deduct,
        "fine strikes staff_points supervisor_points manager_points note?",
        "",
    ),
    _service("contracts.read", contracts.read, "customer_id? level? total?", "contract", writes=False),
    _service(
        "prices.compare",
        price_doubts.compare,
        "customer_id? level? lines",
        "lines total differing customisable",
        "unknown_product",
        writes=False,
    ),
    _service("price_doubts.open", price_doubts.open_doubt, "order_no? customer_id? lines reason?", "doubt"),
    _service("price_doubts.settle", price_doubts.settle, "doubt_no lines? decided_by? reason?", ""),
    _service(
        "memos.write",
        memos.write,
        "order_no? customer_id? customer_name source? lines requirements? delivery_date? payment_method? recipient? "
        "phone? address? packing? label? tolerance? special? ticks eta? memo?",
        "memo",
    ),
    _service(
        "statements.write",
        statements.write,
        "kind order_no? department text facts? given? statement?",
        "statement",
    ),
    _service("statements.sign", statements.sign, "statement", "statement", "statement_changed"),
    _service("statements.check", statements.check, "statement?", "valid why"),
    _service("statements.review", statements.review, "statements", "changed"),
    _service(
        "production.order",
        production.order,
        "order_no customer? lines total? confirmation? contract? production statements? confirmed_due? special? "
        "pending_return? document?",
        "production_order",
        "statement_changed deposit_too_large",
    ),
    _service(
        "production.plan", production.plan, "production_order machines? staff? start_on? finish_on?", ""
    ),
    _service(
        "production.report",
        production.report,
        "production_order qty rate? note? reported_on?",
        "progress report",
    ),
    _service(
        "production.anomaly", production.report_anomaly, "production_order kind detail? done?", "anomaly"
    ),
    _service(
        "production.settle_anomaly",
        production.settle_anomaly,
        "anomaly_no plan participants? customer_agrees? new_due?",
        "",
    ),
    _service("inspections.record", inspections.record, "production_order checks passed?", "inspection"),
    _service(
        "production.book",
        inspections.book,
        "order_no? production_order lines inspection_no? note?",
        "finished_slip",
        "not_passed",
    ),
    _service(
        "ship_requests.issue",
        ship_requests.issue,
        "order_no production_order? customer_name? recipient phone? address lines freight? requirements? requester? "
        "late? emergency_no? document?",
        "ship_request",
    ),
    _service(
        "ship_requests.authorise",
        ship_requests.authorise,
        "order_no production_order? customer_name? reason signer? slip_due recipient? phone? address? lines? freight?",
        "emergency emergency_slip",
    ),
    _service(
        "advice.issue",
        advice.issue,
        "order_no customer? shipped_at carrier waybill? vehicle? driver? eta check_times? lines? recipient? phone? "
        "address? advice?",
        "advice",
    ),
    _service("advice.arrived", advice.arrived, "advice arrived_at condition? signer?", "receipt"),
    _service("shipments.facts", shipments.facts, "order_no batch_no?", "shipped?", writes=False),
)


def handlers() -> dict[str, Service]:
    """Every job type by its name."""
    return {service.type: service for service in _SERVICES}
