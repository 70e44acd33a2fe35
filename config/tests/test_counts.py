"""What `/metrics` tells is of every process of the house, whichever of them is asked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from config.environment import BASE

COUNTS = "from config import metrics; metrics.answered(view='home', method='GET', status=200, seconds=0.01)"
TELLS = "from config import metrics; print(metrics.text().decode())"


def _in_a_process(code: str, folder: Path) -> str:
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=BASE, env=env, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_answers_of_two_processes_are_counted_together(tmp_path: Path) -> None:
    _in_a_process(COUNTS, tmp_path)
    _in_a_process(COUNTS, tmp_path)
    told = _in_a_process(f"import django; django.setup(); {TELLS}", tmp_path)
    assert 'luban_requests_total{method="GET",status="200",view="home"} 2.0' in told
    assert 'luban_request_seconds_count{view="home"} 2.0' in told
