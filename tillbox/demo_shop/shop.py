"""The demo shop's own name, taxes and member tiers, from ``shop.toml``."""

from retail.catalogue import Shop, TaxClass, Tier
from retail.streams import AnyDocument
from tillbox.demo_shop.data import CURRENCY, load, names_of


def shop() -> list[AnyDocument]:
    """One `Shop`, its `TaxClass`es and its `Tier`s, tiers rising in the file's order."""
    tables = load("shop")
    own = tables["shop"]
    made: list[AnyDocument] = [
        Shop(
            id=own["id"],
            names=names_of(own["names"], "shop.names"),
            store_names=names_of(own["store_names"], "shop.store_names"),
            workstation_names=names_of(own["workstation_names"], "shop.workstation_names"),
            currency=CURRENCY.code,
            merchant_name=own["merchant_name"],
            merchant_city=own["merchant_city"],
            merchant_id=own["merchant_id"],
            address=names_of(own["address"], "shop.address"),
            phone=own["phone"],
            footer=names_of(own["footer"], "shop.footer"),
        )
    ]
    for table in tables["tax_class"]:
        names = names_of(table["names"], f"tax_class.{table['id']}")
        made.append(TaxClass(id=table["id"], names=names, rate_bp=table["rate_bp"]))
    for order, table in enumerate(tables["tier"]):
        names = names_of(table["names"], f"tier.{table['id']}")
        made.append(Tier(id=table["id"], names=names, discount_bp=table["discount_bp"], order=order))
    return made
