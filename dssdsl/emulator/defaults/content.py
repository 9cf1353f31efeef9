"""New dashboards, web apps, notebooks and other objects outside the Flow."""

from __future__ import annotations

from dssdsl.emulator.documents import Document

from .parts import BACKEND, SELECTION


def _letters(color: str, size: int) -> Document:
    return {"fontColor": color, "fontSize": size, "hasBackground": False}


_THEME: Document = {
    "id": "__dku_dss_default_theme__",
    "name": "Default",
    "palettes": dict.fromkeys(("continuous", "discrete", "diverging"), "default_theme"),
    "backgroundColor": "#FFFFFF",
    "tileSpacing": 8,
    "tileFormatting": {
        "backgroundOpacity": 1.0,
        "borderOptions": {"color": "#CCCCCC", "radius": 0, "size": 1},
    },
    "tileTitleFormatting": _letters("#000000", 13),
    "pageTitleAlignment": "CENTER",
    "pageTitleFormatting": _letters("#444444", 28),
    "generalFormatting": {**_letters("#333333", 11), "fontFamily": "SourceSansPro"},
    "chartTitleFormatting": _letters("#333333", 15),
    "legendFormatting": _letters("#333333", 11),
    "isBuiltIn": True,
    "isCustomized": False,
}
"""DSS's default theme, without the colours of its palettes."""

DASHBOARD: Document = {
    "pages": [
        {
            "id": "",
            "grid": {"tiles": []},
            "show": True,
            "showTitle": False,
            "titleAlign": "CENTER",
            "titleFontColor": "#444444",
            "titleFontSize": 28,
            "enableCrossFilters": True,
            "backgroundColor": "#ffffff",
            "showFilterPanel": True,
            "filtersParams": {"panelPosition": "TOP", "engineType": "LINO"},
        }
    ],
    "owner": "",
    "listed": True,
    "name": "",
    "theme": _THEME,
    "showGrid": False,
    "columnNumber": 36,
    "showNavigationArrows": False,
    "reloadWhenEventReceived": False,
    "tileSpacing": 8,
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}

INSIGHT: Document = {
    "type": "",
    "params": {},
    "owner": "",
    "listed": False,
    "name": "",
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}

WEB_APP: Document = {
    "type": "",
    "hasLegacyBackendURL": False,
    "params": {},
    "config": {},
    "name": "",
    "tags": [],
    "checklists": {"checklists": []},
    "customFields": {},
    "isVirtual": False,
}

ARTICLE: Document = {
    "name": "",
    "layout": "WIKI_ARTICLE",
    "attachments": [],
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}

SQL_NOTEBOOK: Document = {
    "connection": "",
    "name": "",
    "cells": [],
    "automationLocal": False,
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}

PAGES: Document = {
    "backendEnabled": False,
    "enableJavascriptModules": False,
    "autoStartBackend": False,
    "hideJSSecurityPanel": False,
    "envSelection": {"envMode": "INHERIT"},
    "nbProcesses": 1,
    "backendAPIAccessEnabled": False,
    "libraries": ["jquery", "dataiku"],
    "infra": BACKEND,
    "forceAuthentication": False,
}

SCRIPT: Document = {
    "autoStartBackend": False,
    "envSelection": {"envMode": "INHERIT"},
    "nbProcesses": 1,
    "infra": BACKEND,
    "forceAuthentication": False,
}

SHINY = {key: value for key, value in SCRIPT.items() if key != "nbProcesses"}

API_SERVICE: Document = {
    "name": "",
    "endpoints": [],
    "authMethod": "PUBLIC",
    "authRealm": {"queryKeys": []},
    "oauth2Config": {},
    "deploymentMonitoring": [],
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}

ANALYSIS: Document = {
    "inputDatasetSmartName": "",
    "script": {"steps": [], "explorationFilters": [], "previewMode": "ALL_ROWS"},
    "charts": [],
    "name": "",
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}

AGENT_TOOL: Document = {
    "name": "",
    "type": "",
    "params": {},
    "quickTestQuery": {},
    "dkuProperties": [],
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}

QUERY_SETTINGS: Document = {
    "addLimitToStatement": True,
    "statementsOutOfTransaction": False,
    "inheritConf": "default",
    "extraConf": [],
    "addDkuUdf": False,
    "statementsParseMode": "SPLIT",
    "statementsExecutionMode": "PREPARED",
}
WORKSHEET: Document = {
    "dataSpec": {
        "inputDatasetSmartName": "",
        "datasetSelection": {key: value for key, value in SELECTION.items() if key != "ascending"},
        "autoRefreshSample": True,
        "refreshTrigger": 0,
        "containerSelection": {"containerMode": "INHERIT"},
    },
    "rootCard": {
        "type": "worksheet_root",
        "confidenceLevel": 0.95,
        "showConfidenceInterval": False,
        "cards": [],
    },
    "name": "",
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
COMPARISON: Document = {
    "displayName": "",
    "comparedModels": [],
    "displayParams": {
        "pinnedMetrics": [],
        "yLabels": [],
        "alsoDisplayedLabels": [],
        "sortDescending": False,
        "showConfidenceIntervals": True,
        "disabledMERunIds": [],
    },
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
