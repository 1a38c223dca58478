import pathlib
import subprocess
import sys
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
WARMUP = 0.08


@pytest.fixture
def daemon(tmp_path):
    command = [sys.executable, "-m", "tiles.daemon", str(tmp_path), "4"]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        time.sleep(WARMUP)
        yield tmp_path / "status"
    finally:
        process.kill()
        process.wait()
