"""What the tests of faults share: folders of their own, so that no trial is seen in the user's record."""

from tests.folders import folders

__all__ = ["folders"]
