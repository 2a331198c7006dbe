"""`python -m appliance.ui.customer`: the second screen."""

from appliance.ui.customer.bootstrap import main

if __name__ == "__main__":
    raise SystemExit(main())
