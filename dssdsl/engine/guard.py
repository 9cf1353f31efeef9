"""What a run asks before each write."""

from __future__ import annotations


class Guard:
    """
    Watches over a run; this one lets everything through.

    A caller that holds locks passes its own. Workers call its methods, several at once.
    """

    def check(self, project: str) -> None:
        """
        Run right before each write to *project*, its own creation included.

        Raises:
            Locked: The lock was lost: nothing new starts, what is done stays recorded.
        """

    def created(self, project: str) -> None:
        """Run once *project* is created, before anything else is written to it."""
