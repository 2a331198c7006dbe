"""What stands in the way of a start, and whether it will pass by itself."""

from pathlib import Path

import pytest

from appliance.runtime.clock import SystemClock
from appliance.runtime.paths import Home
from appliance.runtime.settings import Settings
from appliance.store.engine import create_key, open_engine, read_key
from appliance.ui.opening import open_counter
from retail.errors import Busy


def test_a_reference_database_that_sync_is_still_making_is_waited_for(tmp_path: Path) -> None:
    home = Home(tmp_path)
    create_key(home.database_key)
    engine = open_engine(home.reference_db, read_key(home.database_key), synchronous="NORMAL")
    engine.connect().close()
    with pytest.raises(Busy) as caught:
        open_counter(home, Settings(), SystemClock(), lambda: "id", "en")
    assert caught.value.code == "store.reference_not_ready"
    assert not home.trade_db.exists()
    engine.dispose()
