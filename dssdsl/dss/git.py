"""A project's Git on DSS: its commits, tags and uncommitted changes; nothing else sends requests about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from dssdsl.errors import DssError
from dssdsl.lang.provider import making_sense

if TYPE_CHECKING:
    from .session import Session

EXPLICIT = "EXPLICIT"
"""The commit mode in which DSS commits only when somebody asks for it."""
DEPLOYMENT = "dssdsl/"
"""Deployment 7 has the tag ``dssdsl/7``."""


@frozen
class Tag:
    """
    A tag.

    Attributes:
        name: Without ``refs/tags/``.
        commit: The id of the commit that it names; empty where DSS does not return it.
        message: Empty where DSS does not return it.
    """

    name: str
    commit: str
    message: str


@frozen
class Commit:
    """
    A commit.

    Attributes:
        author: As Git prints it, such as ``alice <alice@example.com>``.
        when: As DSS returns it.
        message: All of it.
    """

    id: str
    author: str
    when: str
    message: str

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.partition("\n")[0]

    def by(self, login: str | None) -> bool:
        """Whether *login* is its author, as far as the author's name tells."""
        return login is not None and login in (self.author, self.author.partition(" <")[0])


@frozen
class ProjectGit:
    """
    The Git of one project.

    Every method raises a DssdslError where DSS refuses or does not answer; Denied where the key may
    not use the project's Git.

    Args:
        session: The DSS.
        project: The project's key.
    """

    session: Session
    project: str
    _url: str = field(init=False)

    @_url.default
    def _default_url(self) -> str:
        return f"/projects/{self.project}/git"

    def tags(self) -> tuple[Tag, ...]:
        """List the tags."""
        with making_sense(f"the tags of project {self.project}"):
            return tuple(map(_tag, self.session.json("GET", f"{self._url}/tags")))

    def create_tag(self, name: str, message: str) -> None:
        """
        Tag the last commit.

        Raises:
            DssError: Most likely there is a tag of that name: DSS has no error of its own for it.
        """
        body = {"name": name, "reference": "HEAD", "message": message}
        self.session.send("POST", f"{self._url}/tags/", body)

    def delete_tag(self, name: str) -> None:
        """Delete a tag."""
        self.session.send("POST", f"{self._url}/actions/deleteTag", {"name": name})

    def deployments(self) -> dict[int, Tag]:
        """Give the tags of deployments by their number."""
        numbers = ((tag.name.removeprefix(DEPLOYMENT), tag) for tag in self.tags())
        return {
            int(number): tag
            for number, tag in numbers
            if tag.name.startswith(DEPLOYMENT) and number.isascii() and number.isdigit()
        }

    def tag_deployment(self, number: int, message: str) -> None:
        """Tag the last commit as a deployment."""
        self.create_tag(f"{DEPLOYMENT}{number}", message)

    def delete_deployment(self, number: int) -> None:
        """Delete the tag of a deployment."""
        self.delete_tag(f"{DEPLOYMENT}{number}")

    def log(self, count: int) -> tuple[Commit, ...]:
        """List the last *count* commits, the newest first."""
        return self._page(None, count)[0]

    def commits(self) -> Iterator[Commit]:
        """Yield all commits of the branch, the newest first, page by page."""
        start = None
        while True:
            commits, start = self._page(start)
            yield from commits
            if start is None:
                return

    def _page(
        self, start: str | None, count: int | None = None
    ) -> tuple[tuple[Commit, ...], str | None]:
        with making_sense(f"the log of project {self.project}"):
            page = self.session.json(
                "GET", f"{self._url}/actions/log", startCommit=start, count=count
            )
            return tuple(map(_commit, page.get("entries") or ())), page.get("nextCommit")

    def uncommitted(self) -> tuple[str, ...] | None:
        """Give the files with uncommitted changes, sorted; None where everything is committed."""
        with making_sense(f"the Git status of project {self.project}"):
            status = self.session.json("GET", f"{self._url}/status")
            if status.get("clean", True):
                return None
            lists = (value for value in status.values() if isinstance(value, list))
            return tuple(sorted({str(file) for files in lists for file in files}))

    def commit(self, message: str) -> None:
        """Commit all uncommitted changes, also those of other users."""
        self.session.json("POST", f"{self._url}/actions/commit", {"message": message})

    def revert_to(self, commit: str, fix: str) -> None:
        """
        Make the project what it was at a commit, by a new commit.

        DSS keeps the project's name, short description, status and tags (its "invariant properties").

        Args:
            commit: The commit's id.
            fix: What to do where DSS does not revert it.

        Raises:
            DssError: DSS did not revert it.
        """
        answer = self.session.json("POST", f"{self._url}/actions/revertToRevision", commit=commit)
        if not isinstance(answer, dict) or not answer.get("success"):
            raise DssError(f"DSS did not revert project {self.project}: {_logs(answer)}", fix=fix)

    def mode(self) -> str:
        """Give the project's commit mode: ``AUTO``, in which every save is a commit, or `EXPLICIT`."""
        with making_sense(f"the settings of project {self.project}"):
            answer = self.session.json("GET", f"/projects/{self.project}/settings")
            return str(answer.get("settings", {}).get("gitCommitMode") or "AUTO")


def _tag(answer: Mapping[str, Any]) -> Tag:
    return Tag(
        name=str(answer.get("shortName") or answer["name"].removeprefix("refs/tags/")),
        commit=str(answer.get("commit") or ""),
        message=str(answer.get("annotations") or ""),
    )


def _commit(answer: Mapping[str, Any]) -> Commit:
    return Commit(
        id=str(answer["commitId"]),
        author=str(answer.get("author") or ""),
        when=str(answer.get("timestamp") or ""),
        message=str(answer.get("message") or ""),
    )


def _logs(answer: Any) -> str:
    logs = (answer.get("logs") if isinstance(answer, dict) else None) or ["it gives no reason"]
    return "; ".join(map(str, logs)) if isinstance(logs, list) else str(logs)
