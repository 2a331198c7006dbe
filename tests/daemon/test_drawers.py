"""What every cash drawer must do."""

from collections.abc import Iterator
from pathlib import Path

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory

from appliance.daemon.registry import plan
from appliance.daemon.supervisor import Reports, Supervisor
from appliance.runtime.clock import SystemClock
from appliance.runtime.settings import DeviceConfig
from emulators.peripherals import Peripherals
from retail.errors import ContractError, DeviceFault
from tests.support.waiting import wait_for

from .conftest import Daemon


@pytest.fixture
def till(tmp_path: Path, bench: Peripherals, pins: None) -> Iterator[Daemon]:
    options = {"relay_pin": 17, "sensor_pin": 27, "pulse_ms": 30, "seen_within_ms": 300}
    daemon = Daemon(tmp_path, [DeviceConfig(id="d", driver="drawer_gpio", options=options)])
    daemon.until("d", "ready")
    yield daemon
    daemon.close()


def open_drawer(till: Daemon, job_id: str = "j") -> None:
    till.client.call("drawer.open", {"device": "d", "job_id": job_id, "deadline_ms": 2000})


def test_it_opens_and_its_sensor_tells_of_both_ways(till: Daemon, bench: Peripherals) -> None:
    open_drawer(till)
    assert bench.drawer_state() == {"open": True, "jammed": False, "openings": 1}
    wait_for(lambda: till.devices["d"]["detail"] == {"open": True})
    bench.push_drawer()
    wait_for(lambda: till.devices["d"]["detail"] == {"open": False})
    told = [event["device"]["detail"] for event in till.of("device.changed")]
    assert told[-2:] == [{"open": True}, {"open": False}]


def test_a_jammed_drawer_is_stuck_and_opens_when_freed(till: Daemon, bench: Peripherals) -> None:
    bench.set_fault("drawer", "jammed", True)
    with pytest.raises(DeviceFault) as caught:
        open_drawer(till, "stuck")
    assert caught.value.code == "drawer.stuck"
    till.until("d", "degraded", "drawer.stuck")
    bench.set_fault("drawer", "jammed", False)
    open_drawer(till, "freed")
    till.until("d", "ready", "")


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
    options = {"relay_pin": 17, "pulse_ms": 20}
    (planned,) = plan([DeviceConfig(id="d", driver="drawer_gpio", options=options)])
    reports: Reports = Nobody()  # type: ignore[assignment]  # it has every method there is
    supervisor = Supervisor(planned, reports, SystemClock())
    driver = supervisor._driver
    driver.open()
    driver.open_drawer()  # type: ignore[attr-defined]  # a drawer
    relay = gpiozero.Device.pin_factory.pin(17)
    relay.assert_states([False, True, False])
    assert 0.015 < relay.states[-1].timestamp < 2
    driver.close()
    for pulse_ms in (0, 501):
        wrong_options = {"relay_pin": 17, "pulse_ms": pulse_ms}
        (wrong,) = plan([DeviceConfig(id="d", driver="drawer_gpio", options=wrong_options)])
        with pytest.raises(ContractError):
            Supervisor(wrong, reports, SystemClock())
