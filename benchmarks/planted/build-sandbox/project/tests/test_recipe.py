import json

from sandbox import Recipe, Workspace
from sandbox.recipe import manifest


def test_index(recipe, root, sources):
    workspace = recipe.run(root, sources)
    lines = workspace.artifacts["index.txt"].read().splitlines()
    assert len(lines) == len(set(" ".join(sources.values()).split()))
    assert "how 1" in lines


def test_book(recipe, root, sources):
    workspace = recipe.run(root, sources)
    assert workspace.artifacts["book.txt"].read().startswith("how to use it\n\n")


def test_manifest(recipe, root, sources):
    entries = json.loads(manifest(recipe.run(root, sources)))
    assert [entry["name"] for entry in entries] == ["body.txt", "book.txt", "index.txt", "intro.txt"]
    assert len(entries[0]["digest"]) == 64


def test_empty_recipe(root):
    assert Recipe("nothing").run(root, {}).size() == 0


def test_old_build_is_replaced(root):
    (root / "draft" / "junk").mkdir(parents=True)
    workspace = Workspace(root, "draft")
    assert list(workspace.folder.iterdir()) == []
