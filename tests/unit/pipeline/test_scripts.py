"""Every script of a stage is a function, and below it the one binding to its rule."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "workflow" / "scripts"
OUTPUTS = {
    "output": ["snakemake.output[0]"],
    "outputs": ["dict(snakemake.output.items())", "list(snakemake.output)"],
}
PATHS = sorted(SCRIPTS.glob("*/*.py"))
# from the config, not params: where a training runs does not decide what it gives
PLACE = {"device": "snakemake.config['device']", "workers": "snakemake.config['workers']"}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_script_is_bound_as_all_are(path: Path) -> None:
    *module, binding = ast.parse(path.read_text()).body
    assert ast.unparse(binding.test) == "__name__ == '__main__'"
    (block,) = binding.body
    assert [ast.unparse(item) for item in block.items] == ["stage(snakemake)"]
    (call,) = block.body
    assert call.value.args == []
    spread = [ast.unparse(word.value) for word in call.value.keywords if word.arg is None]
    assert spread == ["snakemake.input", "snakemake.params"]
    named = {word.arg: ast.unparse(word.value) for word in call.value.keywords if word.arg is not None}
    first = next(iter(named))
    assert named.pop(first) in OUTPUTS[first]
    assert named.items() <= PLACE.items()
    function = next(node for node in module if getattr(node, "name", None) == call.value.func.id)
    arguments = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
    assert {first, "code", *named} <= arguments
    names = {node.id for node in ast.walk(ast.Module(module, [])) if isinstance(node, ast.Name)}
    assert "snakemake" not in names
