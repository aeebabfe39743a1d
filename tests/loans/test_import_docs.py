"""docs/imports.md lists every kind and every column that is in force."""

from pathlib import Path

from django.conf import settings

from loans.imports.kinds import all_kinds


def test_the_document_lists_every_kind_and_column():
    text = (Path(settings.BASE_DIR) / "docs" / "imports.md").read_text()
    sections = {part.split("`")[1]: part for part in text.split("\n### ")[1:]}

    assert list(sections) == list(all_kinds()), "list the kinds in their order of dependence"
    for code, kind in all_kinds().items():
        for column in kind.columns:
            required = "yes" if column.required else ""
            line = f"| `{column.name}` | {required} |"
            assert line in sections[code], f"docs/imports.md, {code}: add {line}"
        for option in kind.options:
            assert f"`{option.name}`" in sections[code], f"docs/imports.md, {code}: {option.name}"
