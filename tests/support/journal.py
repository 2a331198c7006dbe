"""A till's journal made up for tests: linked events of sales, as raw JSON objects."""

from typing import Any

from retail.messages import GENESIS, event_hash

RawEvent = dict[str, Any]


def sale_body(number: int, total_minor: int = 2200, **changes: Any) -> dict[str, Any]:
    """The body of a `sale.completed` of one latte."""
    line = {
        "line_id": f"l{number}",
        "product_id": "latte",
        "code": "101",
        "names": {"zh-Hans": "拿铁", "zh-Hant": "拿鐵", "en": "Latte"},
        "options": ["大杯"],
        "quantity_milli": 1000,
        "unit": "each",
        "unit_price_minor": total_minor,
        "base_minor": total_minor,
        "adjustments": [],
        "total_minor": total_minor,
        "tax_class": "standard",
        "price_source": "catalogue",
    }
    net = total_minor * 100 // 106
    body = {
        "sale_id": f"sale-{number}",
        "number": number,
        "receipt_number": f"R-{number:06d}",
        "order_number": f"A{number:03d}",
        "completed_at": f"2026-03-02T10:{number // 60 % 60:02d}:{number % 60:02d}+08:00",
        "business_day": "2026-03-02",
        "shift": "morning",
        "operator_id": "op-1",
        "member_id": "",
        "currency": "CNY",
        "lines": [line],
        "base_minor": total_minor,
        "tax_added_minor": 0,
        "total_minor": total_minor,
        "taxes": [
            {"tax_class": "standard", "rate_bp": 600, "net_minor": net, "tax_minor": total_minor - net}
        ],
        "tenders": [
            {
                "tender_id": f"t{number}",
                "type": "cash",
                "amount_minor": total_minor,
                "tendered_minor": total_minor,
                "change_minor": 0,
                "reference": "",
            }
        ],
        "versions": {"catalogue": 1},
    }
    return {**body, **changes}


class Chain:
    """Grows one incarnation's journal."""

    def __init__(self, appliance: str = "till-1", tenant: str = "demo", incarnation: str = "inc-1") -> None:
        self.appliance = appliance
        self.tenant = tenant
        self.incarnation = incarnation
        self.events: list[RawEvent] = []

    @property
    def head(self) -> str:
        """The last hash."""
        return str(self.events[-1]["hash"]) if self.events else GENESIS

    def add(self, kind: str = "sale.completed", body: dict[str, Any] | None = None, **more: Any) -> RawEvent:
        """The next event; `more` are fields a newer program might add."""
        seq = len(self.events) + 1
        content = {
            "v": 1,
            "id": f"{self.appliance}-{self.incarnation}-{seq}",
            "tenant": self.tenant,
            "appliance": self.appliance,
            "incarnation": self.incarnation,
            "seq": seq,
            "prev": self.head,
            "type": kind,
            "hlc": (1_770_000_000_000 + seq) << 16,
            "wall": "2026-03-02T02:00:00.000+00:00",
            "time_trust": "synced",
            "business_day": "2026-03-02",
            "body": sale_body(seq, sale_id=f"{self.appliance}-{self.incarnation}-{seq}")
            if body is None
            else body,
            **more,
        }
        event = {**content, "hash": event_hash(self.head, content)}
        self.events.append(event)
        return event
