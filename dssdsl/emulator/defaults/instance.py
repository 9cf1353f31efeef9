"""New objects of the instance."""

from __future__ import annotations

from dssdsl.emulator.documents import Document

INSTANCE: Document = {
    "maxRunningActivities": 0,
    "maxRunningActivitiesPerJob": 5,
    "mailSettings": {},
    "ldapSettings": {"enabled": False},
    "ssoSettings": {"enabled": False},
    "azureADSettings": {"enabled": False},
    "impersonation": {"enabled": False, "userRules": [], "groupRules": []},
    "containerSettings": {"executionConfigs": []},
    "sparkSettings": {"executionConfigs": []},
    "defaultK8sClusterId": "",
    "noLoginMode": False,
    "sessionsMaxTotalTimeMinutes": 0,
    "sessionsMaxIdleTimeMinutes": 0,
    "security": {"hideVersionStringsWhenNotLogged": False, "secureAPIKeysEnabled": True},
    "audit": {"topics": []},
    "proxySettings": {"port": 0},
    "limits": {},
    "udr": True,
    "studioMailAddress": "",
    "studioExternalUrl": "",
    "personalHomePages": {},
    "projectStatusList": [],
    "globalTagsCategories": [],
    "dssServerSettings": {},
}


def connection(name: str, kind: str) -> Document:
    """Return the document of a connection."""
    params: Document = {}
    if kind in ("EC2", "GCS", "Azure"):
        params = {"defaultManagedBucket": f"{name}-bucket", "defaultManagedPath": "/dataiku"}
    elif kind == "Filesystem":
        params = {"root": f"${{dip.home}}/{name.replace('filesystem_managed', 'managed_datasets')}"}
    return {
        "name": name,
        "type": kind,
        "params": params,
        "allowWrite": True,
        "allowManagedDatasets": True,
        "allowManagedFolders": True,
        "usableBy": "ALL",
        "allowedGroups": [],
        "detailsReadability": {"readableBy": "NONE", "allowedGroups": []},
        "credentialsMode": "GLOBAL",
        "maxActivities": 0,
        "useGlobalProxy": False,
        "indexingSettings": {"indexForeignKeys": False, "indexIndices": False},
    }


def code_env(name: str, language: str, owner: str, now: float) -> Document:
    """Return the document of a code environment that its owner creates now, in seconds."""
    return {
        "envName": name,
        "envLang": language,
        "deploymentMode": "DESIGN_MANAGED",
        "owner": owner,
        "usableByAll": True,
        "allContainerConfs": True,
        "containerConfs": [],
        "permissions": [],
        "specPackageList": "",
        "actualPackageList": "",
        "desc": {
            "pythonInterpreter": "PYTHON311",
            "conda": False,
            "installCorePackages": True,
            "corePackagesSet": "PANDAS23",
            "installJupyterSupport": True,
            "creationTag": {
                "versionNumber": 0,
                "lastModifiedBy": {"login": owner},
                "lastModifiedOn": int(now * 1000),
            },
        },
    }


_PREFERENCES = (
    *("mentionEmails", "discussionEmails", "accessRequestEmails", "grantedAccessEmails"),
    *("grantedPluginRequestEmails", "pluginRequestEmails", "instanceAccessRequestsEmails"),
    *("profileUpgradeRequestsEmails", "codeEnvCreationRequestEmails"),
    *("grantedCodeEnvCreationRequestEmails", "dailyDigestsEmails", "offlineActivityEmails"),
    *("rememberPositionFlow", "loginLogoutNotifications", "watchedObjectsEditionsNotifications"),
    "objectOnCurrentProjectCreatedDeletedNotifications",
    "anyObjectOnCurrentProjectEditedNotifications",
    *("watchStarOnCurrentProjectNotifications", "otherUsersJobsTasksNotifications"),
    *("requestAccessNotifications", "scenarioRunNotifications"),
)


def user(login: str, groups: list[str]) -> Document:
    """Return the document of a user."""
    return {
        "login": login,
        "sourceType": "LOCAL",
        "displayName": login,
        "groups": groups,
        "email": f"{login}@example.com",
        "userProfile": "DESIGNER",
        "enabled": True,
        "creationDate": 0,
        "adminProperties": {},
        "userProperties": {},
        "secrets": [],
        "credentials": {},
        "preferences": {
            "uiLanguage": "en",
            **dict.fromkeys(_PREFERENCES, True),
        },
    }


_MAY = (
    *("CreateProjects", "CreateProjectsFromMacros", "CreateProjectsFromTemplates"),
    *("CreateProjectsFromDataikuApps", "WriteInRootProjectFolder", "CreateWorkspaces"),
    *("ShareToWorkspaces", "CreateDataCollections", "PublishToDataCollections"),
    *("CreateActiveWebContent", "WriteSafeCode", "WriteUnsafeCode", "ManageUDM"),
    *("CreateAuthenticatedConnections", "ViewIndexedHiveConnections", "CreateCodeEnvs"),
    *("ManageCodeEnvs", "CreateClusters", "ManageClusters", "CreateCodeStudioTemplates"),
    *("ManageCodeStudioTemplates", "DevelopPlugins", "EditLibFolders", "ManageFeatureStore"),
    *("CreatePublishedAPIServices", "CreatePublishedProjects"),
)

_ALL_MAY = ("CreateProjects", "WriteInRootProjectFolder")


def group(name: str) -> Document:
    """Return the document of a group."""
    admin = name == "administrators"
    return {
        "name": name,
        "description": "",
        "sourceType": "LOCAL",
        "admin": admin,
        **{f"may{each}": admin or each in _ALL_MAY for each in _MAY},
        "ldapGroupNames": [],
    }
