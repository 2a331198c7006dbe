"""What every cash drawer must do."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory

from appliance.daemon.drivers import drawer_gpio
from appliance.daemon.registry import plan
from appliance.daemon.supervisor import Reports, Supervisor
from appliance.runtime.clock import SystemClock
from appliance.runtime.settings import DeviceConfig
from emulators.peripherals import Peripherals
from retail.errors import ContractError, DeviceFault
from tests.support.waiting import LONG_S, wait_for

from .conftest import Daemon


@pytest.fixture
def till(request: pytest.FixtureRequest, tmp_path: Path, bench: Peripherals, pins: None) -> Iterator[Daemon]:
    """Patient with its drawer, unless a test wants to see it stuck."""
    seen_within_ms = getattr(request, "param", 20_000)
    options = {"relay_pin": 17, "sensor_pin": 27, "pulse_ms": 30, "seen_within_ms": seen_within_ms}
    daemon = Daemon(tmp_path, [DeviceConfig(id="d", driver="drawer_gpio", options=options)])
    daemon.until("d", "ready")
    yield daemon
    daemon.close()


def open_drawer(till: Daemon, job_id: str = "j") -> None:
    job = {"device": "d", "job_id": job_id, "deadline_ms": 20_000}
    till.client.call("drawer.open", job, LONG_S)


def test_it_opens_and_its_sensor_tells_of_both_ways(till: Daemon, bench: Peripherals) -> None:
    open_drawer(till)
    assert bench.drawer_state() == {"open": True, "jammed": False, "openings": 1}
    wait_for(lambda: till.devices["d"]["detail"] == {"open": True})
    bench.push_drawer()
    wait_for(lambda: till.devices["d"]["detail"] == {"open": False})
    told = [event["device"]["detail"] for event in till.of("device.changed")]
    assert told[-2:] == [{"open": True}, {"open": False}]


@pytest.mark.parametrize("till", [300], indirect=True)
def test_a_jammed_drawer_is_stuck_and_opens_when_freed(till: Daemon, bench: Peripherals) -> None:
    bench.set_fault("drawer", "jammed", True)
    with pytest.raises(DeviceFault) as caught:
        open_drawer(till, "stuck")
    assert caught.value.code == "drawer.stuck"
    till.until("d", "degraded", "drawer.stuck")
    bench.set_fault("drawer", "jammed", False)
    with suppress(DeviceFault):  # a slow machine may see it only after these 0.3 s
        open_drawer(till, "freed")
    till.until("d", "ready", "")
    assert bench.drawer_state()["openings"] == 1


def test_a_job_seen_before_opens_nothing(till: Daemon, bench: Peripherals) -> None:
    open_drawer(till, "same")
    bench.push_drawer()
    wait_for(lambda: till.devices["d"]["detail"] == {"open": False})
    open_drawer(till, "same")
    assert bench.drawer_state()["openings"] == 1
    assert not bench.drawer_state()["open"]


def test_a_drawer_opened_by_hand_is_told(till: Daemon, bench: Peripherals) -> None:
    bench.drawer.relay(True)
    wait_for(lambda: till.devices["d"]["detail"] == {"open": True})
    open_drawer(till)
    assert bench.drawer_state()["openings"] == 1


class Nobody:
    """Reports that nobody reads."""

    def __getattr__(self, name: str) -> object:
        return lambda *_: None


def test_the_pulse_ends_whatever_happens_and_is_never_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpiozero.Device, "pin_factory", MockFactory())
    pulses_s: list[float] = []
    monkeypatch.setattr(drawer_gpio, "time", SimpleNamespace(sleep=pulses_s.append))
    options = {"relay_pin": 17, "pulse_ms": 20}
    (planned,) = plan([DeviceConfig(id="d", driver="drawer_gpio", options=options)])
    reports: Reports = Nobody()  # type: ignore[assignment]  # it has every method there is
    supervisor = Supervisor(planned, reports, SystemClock())
    driver = supervisor._driver
    driver.open()
    driver.open_drawer()  # type: ignore[attr-defined]  # a drawer
    relay = gpiozero.Device.pin_factory.pin(17)
    relay.assert_states([False, True, False])
    assert pulses_s == [0.02]
    driver.close()
    for pulse_ms in (0, 501):
        wrong_options = {"relay_pin": 17, "pulse_ms": pulse_ms}
        (wrong,) = plan([DeviceConfig(id="d", driver="drawer_gpio", options=wrong_options)])
        with pytest.raises(ContractError):
            Supervisor(wrong, reports, SystemClock())
