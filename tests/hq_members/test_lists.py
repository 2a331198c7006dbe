"""Lists of members in and out: every row is told of, nothing is doubled, nothing becomes a formula."""

import csv
import io
import zipfile
from pathlib import Path

import pytest

from hq import catalogue
from hq.database import open_hq
from hq.ledger import SqlBook
from hq.ledger.members import give_tier, tier_of
from hq.members import enrolling, finding, importing, notes, records
from hq.members.exporting import export_members
from hq.members.importing import import_members
from hq.members.keys import load_keys
from retail.catalogue import Language, Tier
from retail.errors import ContractError
from sheetbase import Report
from tests.hq_members.conftest import NOW_MS, SHOP, House
from tests.support import member_list

GOLD = Tier(id="gold", names={"zh-Hans": "金卡", "zh-Hant": "金卡", "en": "Gold"})
LIST = """会员列表,,,,,,,,
会员卡号,姓名,手机,生日,等级,储值余额,赠送金额,积分,备注,性别
V001,陈静怡,138-0000-6207,1990/3/7,金卡,168.50,100,"2,360",少糖,女
V002,刘海洋,13900003318,,银卡,0,,12,,男
V003,黄小敏,1360000905,,,,,,,
V004,孙悦,15000001174,1990-02-30,,12.345,,,,
V001,欧阳娜,18600004460,7月3日,,,,1.5,,
V006,周然,13800006207,,,,,,,
V007,吴昊,17700008829,,,,,,,
V007,郑爽,17700008830,,,,,,,
合计,,,,,168.50,100,,,
"""


@pytest.fixture
def shop(house: House) -> House:
    with house.begin() as connection:
        catalogue.put(connection, [GOLD])
    return house


def take(house: House, data: str | bytes, name: str = "members.csv", **more: bool) -> Report:
    path = house.home / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return import_members(house.engine, house.keys, path, NOW_MS, **more)


def test_every_row_is_taken_noted_or_refused(shop: House) -> None:
    report = take(shop, LIST)
    assert (report.taken, report.refused, report.blank, report.new) == (4, 4, 1, 4)
    told = {(note.row, note.code, note.refused) for note in report.rows}
    assert told == {
        (4, "tier.unknown", False),
        (5, "phone.wrong_length", True),
        (6, "member.bad_date", False),
        (6, "amount.too_many_decimals", True),
        (7, "member.bad_date", False),
        (7, "points.not_whole", True),
        (8, "phone.of_earlier_row", True),
        (10, "member.number_taken", False),
    }
    assert report.unused == ["性别"]
    assert not any(secret in str(report) for secret in ("1360000905", "黄小敏", "1990-02-30"))
    with shop.begin() as connection:
        (found,) = finding.find(connection, shop.keys, "V001")
        assert (found.name, found.phone, str(found.birthday)) == ("陈静怡", "+8613800006207", "1990-03-07")
        value = SqlBook(connection).value(found.id, "CNY")
        assert (value.principal.total, value.bonus.total) == (16_850, 10_000)
        assert SqlBook(connection).points(found.id).total == 2_360
        assert tier_of(connection, found.id) == "gold"
        assert [one.note.text for one in notes.of_member(connection, shop.keys, found.id)] == ["少糖"]


def test_the_same_file_again_changes_nothing_and_a_newer_one_updates(shop: House) -> None:
    take(shop, LIST)
    with shop.begin() as connection:
        sums = SqlBook(connection).sums()
    again = take(shop, LIST)
    assert (again.new, again.changed, again.same) == (0, 0, 4)
    newer = take(shop, "phone,name,points,balance\n+86 13800006207,陈怡,2360,900\n")
    assert (newer.changed, [note.code for note in newer.rows]) == (1, ["balance.not_taken"])
    with shop.begin() as connection:
        assert SqlBook(connection).sums() == sums
        assert finding.one(connection, shop.keys, "13800006207").name == "陈怡"


def test_a_member_who_enrolled_and_holds_nothing_gets_the_balances(shop: House) -> None:
    shop.enrol("m-1", "13800006207", "陈静怡")
    assert take(shop, LIST).changed == 1
    with shop.begin() as connection:
        assert SqlBook(connection).value("m-1", "CNY").available(records.moment(NOW_MS)) == 26_850


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_found_out(shop: House, encoding: str) -> None:
    assert take(shop, LIST.encode(encoding)).taken == 4


def test_traditional_headings_and_a_trial(shop: House) -> None:
    text = "會員號,姓名,手機號碼,等級,積分餘額,狀態\nA1,陳靜怡,13800006207,金卡,5,凍結\n"
    assert take(shop, text, dry_run=True).new == 1
    with shop.begin() as connection:
        assert finding.find(connection, shop.keys, "A1") == []
    take(shop, text)
    with shop.begin() as connection:
        (found,) = finding.find(connection, shop.keys, "A1")
        assert found.state == "frozen" and tier_of(connection, found.id) == "gold"


def test_a_file_without_phones_says_so(shop: House) -> None:
    with pytest.raises(ContractError, match=r"file\.heading_missing"):
        take(shop, "姓名,积分\n陈静怡,1\n")


def test_an_import_that_is_cut_short_is_finished_by_the_next_one(
    shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH_ROWS", 50)
    path = member_list.write(shop.home / "long.csv", 240)

    def cut(done: int) -> None:
        if done >= 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_members(shop.engine, shop.keys, path, NOW_MS, progress=cut)
    with shop.begin() as connection:
        assert catalogue.versions(connection)["members"] == 1 + 2  # the tier's, and one for each batch
    report = import_members(shop.engine, shop.keys, path, NOW_MS)
    assert (report.new, report.same, report.refused) == (140, 99, 1)
    held = [row for row in member_list.rows(240) if len(row[2]) == 11]
    with shop.begin() as connection:
        sums = SqlBook(connection)
        assert sums.held_below("member/") == {
            "CNY": sum(round(100 * float(row[6] or 0)) + 100 * int(row[7] or 0) for row in held),
            "PTS": sum(int(row[8]) for row in held),
        }
        assert sums.balance("clearing/opening", "CNY") == sum(round(100 * float(row[6] or 0)) for row in held)


def fill(house: House) -> None:
    house.enrol("m-1", "13800006207", "=HYPERLINK(1)", birthday="1990-03-07", contact=True)
    house.enrol("m-2", "+1 212 555 0100", "@Ann Lee")
    with house.begin() as connection:
        enrolling.edit(connection, house.keys, "m-1", NOW_MS, address="-1 号")
        enrolling.freeze(connection, house.keys, "m-2", True)
        give_tier(connection, "m-1", "gold", records.moment(NOW_MS))
        notes.add(connection, house.keys, "n", "m-1", "note", "+少糖", "", NOW_MS)
    take(house, "phone,principal,bonus,points\n13800006207,168.50,100,2360\n", "opening.csv")


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_what_is_written_is_read_again_whole(
    shop: House, tmp_path_factory: pytest.TempPathFactory, ending: str, language: Language
) -> None:
    fill(shop)
    first = shop.home / f"out{ending}"
    assert export_members(shop.engine, shop.keys, first, language) == 2
    assert first.stat().st_mode & 0o777 == 0o600
    other = House(root := tmp_path_factory.mktemp("other"), open_hq(root / "hq.db"), load_keys(root / "keys"))
    with other.begin() as connection:
        catalogue.put(connection, [SHOP, GOLD])
    report = import_members(other.engine, other.keys, first, NOW_MS)
    assert (report.new, report.rows, report.unknown) == (2, [], [])
    second = root / "again.csv"
    export_members(other.engine, other.keys, second, language)
    export_members(shop.engine, shop.keys, shop.home / "first.csv", language)
    ours, theirs = (
        sorted(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
        for path in (shop.home / "first.csv", second)
    )
    assert ours == theirs


def test_no_cell_is_a_formula(shop: House) -> None:
    fill(shop)
    export_members(shop.engine, shop.keys, shop.home / "out.csv", "en")
    cells = [cell for row in csv.reader((shop.home / "out.csv").open(encoding="utf-8-sig")) for cell in row]
    assert {"'=HYPERLINK(1)", "'@Ann Lee", "'-1 号", "'+少糖", "'+12125550100"} <= set(cells)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    export_members(shop.engine, shop.keys, shop.home / "out.xlsx", "en")
    with zipfile.ZipFile(shop.home / "out.xlsx") as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
    with pytest.raises(ContractError, match=r"file\.unknown_kind"):
        export_members(shop.engine, shop.keys, Path(shop.home / "out.pdf"), "en")
