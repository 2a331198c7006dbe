"""Writes a CSV of N plausible products, for benches and tests: make_products.py 10000 > products.csv

The same number and seed give the same bytes. Every product has its own EAN-13 (GS1 prefix 690-699)
and PLU; one in twelve is weighed.
"""

import argparse
import csv
import random
import sys
from collections.abc import Iterator
from pathlib import Path

HEADINGS = (
    "条码",
    "自编码",
    "品名",
    "类别名称",
    "零售价",
    "会员价",
    "单位",
    "计价方式",
    "是否积分",
    "允许折扣",
)

BRANDS = [
    "山隅", "青禾", "云上", "海之味", "老街坊", "南山", "北渡", "春风里",
    "百味斋", "金谷", "小满", "白鹭", "三和", "沐野", "稻香", "田园",
]  # fmt: skip
TASTES = [
    "原味", "香辣", "五香", "蜂蜜", "抹茶", "草莓", "芒果", "海盐", "孜然",
    "麻辣", "黑椒", "柠檬", "红枣", "核桃", "燕麦", "玫瑰", "无糖", "绿茶",
]  # fmt: skip
GOODS = {
    "饮料": ["乌龙茶", "矿泉水", "气泡水", "酸梅汤", "豆奶", "果汁", "可乐", "咖啡"],
    "零食": ["薯片", "饼干", "瓜子", "锅巴", "果冻", "巧克力", "牛肉干", "话梅"],
    "粮油": ["大米", "面粉", "挂面", "菜籽油", "酱油", "香醋", "豆瓣酱", "粉丝"],
    "日用": ["牙膏", "香皂", "洗衣液", "纸巾", "洗发露", "垃圾袋", "毛巾", "电池"],
    "生鲜": ["苹果", "雪梨", "白菜", "土豆", "鸡腿", "五花肉", "豆腐", "带鱼"],
}
SIZES = ["80g", "120g", "250g", "500g", "1kg", "330ml", "550ml", "1.5L", "6袋装", "12包"]


def check_digit(payload: str) -> str:
    """Weights 3, 1, 3 ... from the right, modulo 10."""
    return str(-sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(payload))) % 10)


def rows(count: int, seed: int) -> Iterator[tuple[str, ...]]:
    """`count` rows under `HEADINGS`."""
    chance = random.Random(seed)
    for number in range(count):
        category = chance.choice(list(GOODS))
        weighed = category == "生鲜" and chance.random() < 0.4
        payload = f"69{number * 7919 % 10_000_000_000:010d}"
        price_minor = chance.randrange(50, 9_000, 10)
        yield (
            payload + check_digit(payload),
            str(10_000 + number),
            "".join(chance.choice(words) for words in (BRANDS, TASTES, GOODS[category], SIZES)),
            category,
            f"{price_minor / 100:.2f}",
            f"{price_minor * 95 // 100 / 100:.2f}" if chance.random() < 0.3 else "",
            "kg" if weighed else "个",
            "计重" if weighed else "普通",
            "√" if chance.random() < 0.95 else "□",
        )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="a file; else standard output")
    options = parser.parse_args()
    file = options.out.open("w", encoding="utf-8", newline="") if options.out else sys.stdout
    with file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(rows(options.count, options.seed))


if __name__ == "__main__":
    main()
