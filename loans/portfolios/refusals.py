"""A refusal: what was asked for was not done, why, and what to do instead."""

from __future__ import annotations


class Refused(ValueError):
    """Raised by the services of `loans` when they will not do something; nothing was written.

    `code` is stable and short (for tests, the API and the trail); the text is one sentence for the
    person who asked. `row_index` counts from 0 where one row of many is the reason.
    """

    def __init__(self, code: str, sentence: str, *, row_index: int | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.row_index = row_index
