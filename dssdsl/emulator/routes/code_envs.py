"""Code environments: settings only, the emulator installs nothing."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import coded, illegal
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.instance import futures
from dssdsl.emulator.project.kinds import RECIPE

_ENV = "/admin/code-envs/{lang}/{name}"
_MIRRORED = ("usableByAll", "allContainerConfs", "containerConfs")
"""Settings that exist beside the description and in it; DSS reads those beside it."""

_PARAMS = frozenset(
    (
        *("pythonInterpreter", "conda", "installCorePackages", "corePackagesSet"),
        *("installJupyterSupport", "allContainerConfs", "containerConfs", "usableByAll"),
        *("deploymentMode", "owner", "permissions", "specPackageList", "specCondaEnvironment"),
    )
)


def _existing(call: Call) -> Document:
    found = call.dss.instance.code_envs.get(call.name)
    if found is None or found["envLang"] != call.vars["lang"]:
        raise coded(f"{call.vars['lang']} env {call.name} doesn't exist")
    return found


def _done(call: Call, *texts: str) -> Document:
    messages = [{"severity": "WARNING", "message": text} for text in texts]
    done = {"messages": {"error": False, "messages": messages}, "envName": call.name}
    return done if call.flag("wait", default=True) else futures.finished(call.dss, done)


def _mirrored(env: Document) -> Document:
    env["desc"] |= {key: env[key] for key in _MIRRORED if key in env}
    return env


@route("GET", "/admin/code-envs")
def list_all(call: Call) -> Any:
    """List all code environments."""
    # Nothing is installed: an environment is complete only if it requests nothing.
    keys = ("envName", "envLang", "deploymentMode", "owner")
    known = call.dss.instance.code_envs.values()
    return [
        {**{key: each[key] for key in keys}, "isUptodate": not each["specPackageList"].strip()}
        for each in known
    ]


@route("GET", _ENV)
def get(call: Call) -> Any:
    """Return a code environment."""
    return _existing(call)


@route("POST", _ENV, approximate="the emulator builds nothing")
def create(call: Call) -> Any:
    """Create a code environment."""
    call.admin("mayCreateCodeEnvs", "mayManageCodeEnvs")
    if call.vars["lang"] not in ("PYTHON", "R"):
        raise illegal(f"Unknown language of code environments: {call.vars['lang']}")
    if call.name in call.dss.instance.code_envs:
        raise coded(f"Code env {call.name} already exists", "ERR_CODEENV_EXISTING_ENV")
    env = defaults.code_env(call.name, call.vars["lang"], call.login, call.dss.clock())
    env["desc"] |= {"installCorePackages": False, "installJupyterSupport": False}
    sent = {key: value for key, value in without_nulls(call.body or {}).items() if key in _PARAMS}
    env |= {key: value for key, value in sent.items() if key in env}
    env["desc"] |= {key: value for key, value in sent.items() if key in env["desc"]}
    call.dss.instance.code_envs[call.name] = _mirrored(env)
    call.dss.instance.save()
    return _done(call)


@route("PUT", _ENV)
def put(call: Call) -> Any:
    """Replace a code environment's settings."""
    call.admin("mayManageCodeEnvs")
    before, sent = _existing(call), without_nulls(call.document)
    known = {*before, "externalCondaEnvName", "specCondaEnvironment"}
    env = {key: value for key, value in sent.items() if key in known}
    env |= {key: before[key] for key in ("envName", "envLang", "actualPackageList")}
    env["desc"] = {**before["desc"], **env.get("desc", {})}
    if "creationTag" in before["desc"]:
        env["desc"]["creationTag"] = before["desc"]["creationTag"]
    call.dss.instance.code_envs[call.name] = _mirrored({**before, **env})
    call.dss.instance.save()
    return call.dss.instance.code_envs[call.name]


@route("DELETE", _ENV, approximate="the emulator builds nothing")
def delete(call: Call) -> Any:
    """Delete a code environment, even if it is in use."""
    call.admin("mayManageCodeEnvs")
    _existing(call)
    del call.dss.instance.code_envs[call.name]
    call.dss.instance.save()
    return _done(call)


@route("POST", f"{_ENV}/packages", approximate="the emulator installs nothing, with a warning")
def update_packages(call: Call) -> Any:
    """Answer that no package was installed."""
    call.admin("mayManageCodeEnvs")
    _existing(call)
    return _done(call, "The emulator installs no packages")


@route("POST", f"{_ENV}/images", approximate="the emulator installs nothing, with a warning")
def update_images(call: Call) -> Any:
    """Answer that no image was built."""
    call.admin("mayManageCodeEnvs")
    _existing(call)
    return _done(call, "The emulator builds no images")


@route("POST", f"{_ENV}/jupyter", approximate="the emulator installs nothing, with a warning")
def set_jupyter(call: Call) -> Any:
    """Set whether notebooks may use a code environment."""
    call.admin("mayManageCodeEnvs")
    _existing(call)["desc"]["installJupyterSupport"] = call.flag("active")
    call.dss.instance.save()
    return _done(call)


@route("GET", f"{_ENV}/logs", approximate="the emulator writes no logs")
def logs(call: Call) -> Any:
    """List a code environment's logs, of which there are none."""
    _existing(call)
    return []


@route("GET", f"{_ENV}/usages", approximate="usages in recipes only")
def usages(call: Call) -> Any:
    """List the recipes that use a code environment."""
    env = _existing(call)
    return [each for each in _usages(call) if each["envName"] == env["envName"]]


@route("GET", "/admin/code-envs/usages", approximate="usages in recipes only")
def all_usages(call: Call) -> Any:
    """List the recipes that use any code environment."""
    call.admin()
    return _usages(call)


def _usages(call: Call) -> list[Document]:
    known, found = call.dss.instance.code_envs, []
    for key in call.dss.projects():
        project = call.dss.project(key)
        for name in project.store(RECIPE):
            chosen = project.document(RECIPE, name).get("params", {}).get("envSelection", {})
            env = known.get(str(chosen.get("envName")))
            if env is not None:
                head = {"envName": env["envName"], "envLang": env["envLang"]}
                place = {"projectKey": key, "objectId": name}
                found.append({**head, "envUsage": "RECIPE", **place})
    return found
