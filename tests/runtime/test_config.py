"""Layers of TOML, and saying what is wrong where."""

from pathlib import Path

import pytest

from appliance.runtime.settings import Settings, load_settings
from retail.errors import ContractError

TWO_DEVICES = '[[device]]\nid = "a"\ndriver = "x"\n[[device]]\nid = "b"\ndrvier = "x"\n'


def write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")


def test_without_any_file_everything_has_its_default(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "nothing") == Settings()


def test_later_layers_win_key_by_key(tmp_path: Path) -> None:
    write(tmp_path, "20-b.toml", '[screen]\nwidth = 800\n[appliance]\nid = "b"\n')
    write(tmp_path, "10-a.toml", '[screen]\nwidth = 1920\ntheme = "dark"\n')
    write(tmp_path, "99-ignored.txt", "not TOML at all")
    settings = load_settings(tmp_path)
    assert (settings.screen.width, settings.screen.theme, settings.appliance.id) == (800, "dark", "b")


def test_devices_of_a_later_layer_replace_those_before(tmp_path: Path) -> None:
    write(tmp_path, "1.toml", '[[device]]\nid = "a"\ndriver = "x"\n[[device]]\nid = "b"\ndriver = "x"\n')
    assert [device.id for device in load_settings(tmp_path).device] == ["a", "b"]
    write(tmp_path, "2.toml", '[[device]]\nid = "c"\ndriver = "x"\noptions = { anything = 1 }\n')
    assert [device.id for device in load_settings(tmp_path).device] == ["c"]


@pytest.mark.parametrize(
    ("text", "path", "nearest"),
    [
        ("[scren]\nwidth = 1\n", "1.toml: $.scren", "screen"),
        ("[screen]\nwdth = 1\n", "1.toml: $.screen.wdth", "width"),
        (TWO_DEVICES, "1.toml: $.device[1].drvier", "driver"),
    ],
)
def test_a_misspelt_key_is_refused_with_its_file_its_path_and_the_nearest(
    tmp_path: Path, text: str, path: str, nearest: str
) -> None:
    write(tmp_path, "0.toml", "[screen]\nwidth = 1280\n")
    write(tmp_path, "1.toml", text)
    with pytest.raises(ContractError) as caught:
        load_settings(tmp_path)
    assert (caught.value.path, caught.value.params["nearest"]) == (path, nearest)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('[screen]\nwidth = "1280"\n', "$.screen.width"),
        ('[screen]\ntheme = "drak"\n', "$.screen.theme"),
        ('[[device]]\nid = "a"\n', "$.device[0].driver"),
        ("screen = 3\n", "$.screen"),
    ],
)
def test_a_wrong_type_is_refused_with_its_path(tmp_path: Path, text: str, path: str) -> None:
    write(tmp_path, "1.toml", text)
    with pytest.raises(ContractError) as caught:
        load_settings(tmp_path)
    assert caught.value.path == path
    assert caught.value.code == "contract.invalid"


@pytest.mark.parametrize("data", [b"[screen", b"\xff\xfe", b"a = 1\na = 2\n"])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "5.toml").write_bytes(data)
    with pytest.raises(ContractError) as caught:
        load_settings(tmp_path)
    assert caught.value.code == "config.not_toml"
    assert caught.value.path.endswith("5.toml")
