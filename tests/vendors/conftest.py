"""What the tests of foreign devices share: records of sessions go to a folder of the test's own."""

from tests.folders import folders

__all__ = ["folders"]
