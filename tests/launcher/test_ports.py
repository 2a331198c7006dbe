"""Which ports are used, and what is said when they can't be."""

import socket
from pathlib import Path

import pytest

from retail.errors import ContractError
from tests.support.ports import free_port
from tillbox.launcher.ports import BASE, Ports, PortSettings, choose, read_settings, taken


def test_the_ports_follow_the_base() -> None:
    ports = choose(PortSettings(), {"base": 9000})
    assert ports == Ports(bench=9000, hq=9001, broker=9002, network=9003, printer=9004)
    assert choose(PortSettings(), {}).bench == BASE


def test_an_option_wins_over_the_file_and_a_port_over_the_base() -> None:
    settings = PortSettings(base=9000, hq=8080, printer=9100)
    ports = choose(settings, {"base": None, "printer": 9200})
    assert (ports.bench, ports.hq, ports.printer) == (9000, 8080, 9200)


@pytest.mark.parametrize("settings", [PortSettings(base=65533), PortSettings(hq=-1)])
def test_a_port_that_does_not_exist_is_refused_by_name(settings: PortSettings) -> None:
    with pytest.raises(ContractError) as caught:
        choose(settings, {})
    assert caught.value.code == "ports.out_of_range"
    assert caught.value.params["path"] in ("ports.network", "ports.hq")


def test_two_parts_on_one_port_are_refused() -> None:
    with pytest.raises(ContractError) as caught:
        choose(PortSettings(base=9000, printer=9001), {})
    assert caught.value.params == {"path": "ports.printer", "port": 9001, "other": "hq"}


def test_a_misspelt_key_of_the_file_is_named_with_the_nearest(tmp_path: Path) -> None:
    file = tmp_path / "launcher.toml"
    file.write_text("[ports]\nbrokr = 9\n")
    with pytest.raises(ContractError) as caught:
        read_settings(file)
    assert caught.value.params["nearest"] == "broker"
    assert "launcher.toml" in str(caught.value.params["path"])


def test_a_taken_port_is_found_and_a_free_one_is_not() -> None:
    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        ports = Ports(
            bench=free_port(), hq=port, broker=free_port(), network=free_port(), printer=free_port()
        )
        assert taken(ports, wait_s=0) == {"hq": port}
    assert taken(ports, wait_s=0) == {}
