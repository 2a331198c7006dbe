"""HQ's tables as SQLAlchemy sees them; `schema/*.sql` makes them and explains them."""

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()


def _table(name: str, texts: str, integers: str, blobs: str = "") -> Table:
    columns: list[Column[str] | Column[int] | Column[bytes]] = [
        Column(column, Text) for column in texts.split()
    ]
    columns += [Column(column, Integer) for column in integers.split()]
    columns += [Column(column, LargeBinary) for column in blobs.split()]
    return Table(name, metadata, *columns)


event = _table(
    "event",
    "tenant appliance incarnation hash prev type business_day envelope",
    "seq understood stored_ms",
)
incarnation = _table(
    "incarnation", "tenant appliance incarnation head_hash", "last_seq reported_seq first_seen_ms"
)
held_event = _table("held_event", "tenant appliance incarnation envelope", "seq")
quarantined_event = _table("quarantined_event", "tenant appliance incarnation hash envelope why", "seq at_ms")
appliance = _table(
    "appliance",
    "tenant appliance versions app_version current_incarnation",
    "online first_seen_ms last_seen_ms",
)
alarm = _table("alarm", "tenant appliance code params", "id count first_ms last_ms")
sale = _table(
    "sale",
    "tenant sale_id appliance incarnation receipt_number order_number completed_at business_day"
    " shift operator_id member_id currency taxes versions kind refers_to reason approver_id",
    "seq base_minor tax_added_minor total_minor",
)
sale_line = _table(
    "sale_line",
    "tenant sale_id product_id code names options option_names unit adjustments tax_class price_source",
    "position quantity_milli unit_price_minor base_minor total_minor",
)
sale_tender = _table(
    "sale_tender",
    "tenant sale_id type reference",
    "position amount_minor tendered_minor change_minor",
)
stream = _table("stream", "stream", "version floor")
document = _table("document", "stream kind id json", "version gone")
payment = _table(
    "payment",
    "attempt_id tenant appliance sale_id method currency state qr provider_reference",
    "amount_minor revision announced silent created_ms changed_ms expires_at_ms",
)
stock_movement = _table(
    "stock_movement",
    "movement_id store product_id kind source target reason cause note who batch expires serial",
    "quantity_milli at recorded_ms",
)
stock_count = _table("stock_count", "count_id store product_id who", "counted_milli at recorded_ms")
stock_item = _table("stock_item", "store product_id", "since level_milli reorder_milli low dirty")
stock_serial = _table("stock_serial", "store product_id serial state", "dirty")
refund = _table(
    "refund",
    "attempt_id refunds tenant appliance currency state provider_reference",
    "amount_minor revision announced silent created_ms changed_ms",
)
ledger_entry = _table("ledger_entry", "entry_id kind cause", "entry at_ms closed")
posting = _table("posting", "account unit", "entry amount")
ledger_balance = _table("ledger_balance", "account unit", "amount lapsed")
ledger_lot = _table("ledger_lot", "account unit", "granted granted_at_ms expires_at_ms")
benefit = _table("benefit", "what id owner kind state body", "due_at_ms")
benefit_change = _table("benefit_change", "entry_id what id before after", "")
reservation = _table(
    "reservation",
    "auth_id appliance incarnation sale_id state card_jti currency quote reason params",
    "allowance at_ms amount_minor",
)
reservation_ask = _table("reservation_ask", "auth_id purse unit", "amount spent")
ledger_member = _table(
    "ledger_member",
    "member_id merged_into tier given_tier",
    "tier_until_ms given_at_ms given_until_ms dirty",
)
ledger_sale = _table("ledger_sale", "sale_id member_id business_day body", "at_ms goods_minor back_minor")
ledger_waiting = _table("ledger_waiting", "needs event_id envelope", "")
promotion_draft = _table("promotion_draft", "promotion_id json", "changed_ms")
promotion_history = _table("promotion_history", "kind id json", "version gone")
promotion_total = _table("promotion_total", "promotion_id", "times cost_minor dirty")
promotion_day = _table(
    "promotion_day",
    "promotion_id business_day",
    "times cost_minor sales goods_milli goods_minor turnover_minor",
)
promotion_member = _table("promotion_member", "member_id promotion_id", "times")
member = _table(
    "member",
    "member_id number state merged_into joined_at name_masked phone_masked",
    "sequence birth_month card_link",
    "sealed",
)
member_key = _table("member_key", "member_id", "", "wrapped")
member_lookup = _table("member_lookup", "kind hash member_id", "position")
member_note = _table("member_note", "note_id member_id kind at by_id", "", "sealed")
member_rule = _table("member_rule", "name json", "")
