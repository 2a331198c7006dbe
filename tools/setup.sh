#!/bin/sh
# Makes .venv/ and everything `make run` (argument: run) or `make test` (argument: test) need.
# It only finds a Python that fits; the work is done by tools/installer/, with nothing but the standard library.
set -eu
cd "$(dirname "$0")/.."

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

for python in ${PYTHON:-} python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
    if fits "$python"; then
        PYTHONPATH=tools PYTHONDONTWRITEBYTECODE=1 exec "$python" -m installer "${1:-run}"
    fi
done
echo "setup: no Python 3.11, 3.12 or 3.13 found. On Debian 12 or later type: apt-get install -y python3" >&2
echo "setup: or name yours: make setup PYTHON=/path/to/python3.12" >&2
exit 1
