"""What the tests of compliance share with others: threads with connections of their own."""

from tests.core.conftest import together

__all__ = ["together"]
