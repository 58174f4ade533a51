"""A stage as a job runs it, in a process of its own: log, threads, one sentence for a user's error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from types import SimpleNamespace
{imports}
from latentlab.errors import {error_imports}
from latentlab.pipeline.stage import stage

with stage(SimpleNamespace(log={log}, threads=1)):
    {body}
"""


def run(
    body: str, log: Path | None, imports: str = "", error_imports: str = "ConfigError"
) -> subprocess.CompletedProcess[str]:
    where = [str(log)] if log else []
    script = SCRIPT.format(body=body, log=where, imports=imports, error_imports=error_imports)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)


def test_a_users_error_is_one_sentence(tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    result = run("raise ConfigError('config.yaml: scale: there is none such')", log)
    assert result.returncode == 1
    assert log.read_text() == "config.yaml: scale: there is none such\n"
    assert result.stderr == "config.yaml: scale: there is none such\n"  # on the terminal, too
    assert result.stdout == ""


def test_a_users_error_has_no_traceback_of_its_cause(tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    body = "\n    ".join(
        [
            "try: 1 / 0",
            "except ZeroDivisionError as error:",
            "    raise ConfigError('one sentence') from error",
        ]
    )
    assert run(body, log).returncode == 1
    assert log.read_text() == "one sentence\n"


def test_other_errors_keep_their_traceback(tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    result = run("raise KeyError('a bug')", log)
    assert result.returncode == 1
    assert "Traceback (most recent call last)" in log.read_text()
    assert "KeyError: 'a bug'" in log.read_text()


def test_all_output_goes_to_the_log(tmp_path: Path) -> None:
    """Prints, logging, and what a process started by the stage writes."""
    log = tmp_path / "job.log"
    log.write_text("of a former run\n")
    lines = [
        "print('printed', flush=True)",
        "print('warned', file=sys.stderr, flush=True)",
        "logging.getLogger('x').info('logged')",
        "os.system('echo spawned')",
    ]
    result = run("\n    ".join(lines), log, imports="import logging, os")
    assert result.returncode == 0
    assert (result.stdout, result.stderr) == ("", "")
    assert log.read_text().splitlines() == ["printed", "warned", "INFO: logged", "spawned"]


def test_without_a_log_output_stays_on_the_terminal() -> None:
    result = run("print('printed')", None)
    assert (result.returncode, result.stdout) == (0, "printed\n")
    result = run("raise ConfigError('one sentence')", None)
    assert result.returncode == 1
    assert "one sentence" in result.stderr
    assert "Traceback" not in result.stderr


def test_threads_are_the_rules(tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    imports = "import torch\ntorch.set_num_threads(2)"
    result = run("print(torch.get_num_threads())", log, imports=imports)
    assert result.returncode == 0
    assert log.read_text() == "1\n"
