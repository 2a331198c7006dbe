"""A long list of members as an old till would give it: `python -m tests.support.member_list ROWS FILE`."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

HEADINGS = (
    "会员卡号",
    "姓名",
    "手机号",
    "生日",
    "地址",
    "等级",
    "储值余额",
    "赠送金额",
    "积分",
    "芯片号",
    "备注",
)
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周", "芳伟静丽强敏洋艳勇军杰娟涛明超秀霞平刚桂"


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Everybody has a phone, a name, points; some have money, a card, a tier, a note. One in 500 is bad."""
    for at in range(count):
        phone = f"1{3 + at % 7}{at * 7919 % 10**9:09d}"
        yield (
            f"V{at:06d}",
            SURNAMES[at % 10] + GIVEN[at // 10 % 20] + GIVEN[at // 200 % 20],
            phone[:8] if at % 500 == 7 else phone,
            f"{1950 + at % 60}-{1 + at % 12:02d}-{1 + at % 28:02d}",
            f"人民路 {at} 号" if at % 4 == 0 else "",
            "金卡" if at % 10 == 0 else "",
            f"{at % 900}.{at % 100:02d}" if at % 3 == 0 else "",
            f"{at % 50}" if at % 6 == 0 else "",
            str(at % 5000),
            f"{0xA0000000 + at:08X}" if at % 2 == 0 else "",
            "少糖" if at % 20 == 0 else "",
        )


def write(path: Path, count: int) -> Path:
    """A CSV with so many rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(rows(count))
    return path


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
