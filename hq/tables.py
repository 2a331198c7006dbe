"""HQ's tables as SQLAlchemy sees them; `schema/*.sql` makes them and explains them."""

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()


def _table(name: str, texts: str, integers: str) -> Table:
    columns: list[Column[str] | Column[int]] = [Column(column, Text) for column in texts.split()]
    columns += [Column(column, Integer) for column in integers.split()]
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
member = Table(
    "member",
    metadata,
    *(
        Column(name, Text)
        for name in [
            "member_id",
            "number",
            "state",
            "merged_into",
            "joined_at",
            "name_masked",
            "phone_masked",
        ]
    ),
    *(Column(name, Integer) for name in ["sequence", "birth_month", "card_link", "dirty"]),
    Column("sealed", LargeBinary),
)
member_key = Table("member_key", metadata, Column("member_id", Text), Column("wrapped", LargeBinary))
member_lookup = _table("member_lookup", "kind hash member_id", "position")
member_alias = _table("member_alias", "alias member_id", "")
member_note = Table(
    "member_note",
    metadata,
    *(Column(name, Text) for name in ["note_id", "member_id", "kind", "at", "by_id"]),
    Column("sealed", LargeBinary),
)
member_tier_grant = _table("member_tier_grant", "grant_id member_id tier at until by_id", "")
