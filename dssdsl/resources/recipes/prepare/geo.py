"""Steps on places: coordinates, addresses of the Internet."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.model import token
from dssdsl.lang.values import Document

from .step import AnyStep


class CreateGeoPoint(AnyStep):
    """Make a geopoint of a latitude and a longitude. Adds it as the last column."""

    wire = "GeoPointCreator"

    latitude: str = Field(kw_only=False)
    """The column with the latitude."""

    longitude: str = Field(kw_only=False)
    """The column with the longitude."""

    output: str = Field(kw_only=False)
    """The new column."""

    def params(self) -> Document:
        return {
            "lat_column": self.latitude,
            "lon_column": self.longitude,
            "out_column": self.output,
        }


class ExtractFromGeoPoint(AnyStep):
    """Extract latitude and longitude of a geopoint. Adds two columns after it."""

    wire = "GeoPointExtractor"

    column: str = Field(kw_only=False)
    """The column with the geopoints."""

    latitude: str
    """The new column with the latitude."""

    longitude: str
    """The new column with the longitude."""

    def params(self) -> Document:
        return {"column": self.column, "lat_col": self.latitude, "lon_col": self.longitude}


class GeoDistance(AnyStep):
    """Compute the distance of two geopoints. Adds a column of numbers after the first."""

    wire = "GeoDistanceProcessor"

    column: str = Field(kw_only=False)
    """The column with the first geopoint."""

    other: str = Field(kw_only=False)
    """The column with the second geopoint."""

    output: str
    """The new column."""

    unit: Annotated[Literal["KILOMETERS", "MILES"] | str, token("KILOMETERS", "MILES")] = (
        "KILOMETERS"
    )
    """The unit of the distance."""

    def params(self) -> Document:
        return {
            "input1": self.column,
            "compareTo": "COLUMN",
            "input2": self.other,
            "output": self.output,
            "outputUnit": self.unit,
        }


class ResolveIP(AnyStep):
    """Find where IP addresses are. Adds a column for each answer, named *prefix* and the answer, after the column."""

    wire = "GeoIPResolver"

    column: str = Field(kw_only=False)
    """The column with the addresses."""

    prefix: str = Field(kw_only=False)
    """The prefix of the names of the new columns."""

    country: bool = False
    """Whether to add the name of the country."""

    country_code: bool = False
    """Whether to add the country's code of two letters."""

    country_code3: bool = False
    """Whether to add the country's code of three letters."""

    continent_code: bool = False
    """Whether to add the code of the continent."""

    region: bool = False
    """Whether to add the region."""

    city: bool = False
    """Whether to add the city."""

    postal_code: bool = False
    """Whether to add the postal code."""

    coordinates: bool = False
    """Whether to add latitude and longitude."""

    geopoint: bool = False
    """Whether to add the geopoint."""

    time_zone: bool = False
    """Whether to add the time zone."""

    def params(self) -> Document:
        return {
            "inCol": self.column,
            "outColPrefix": self.prefix,
            "extract_country": self.country,
            "extract_countrycode": self.country_code,
            "extract_countrycode3": self.country_code3,
            "extract_continentcode": self.continent_code,
            "extract_region": self.region,
            "extract_city": self.city,
            "extract_postalcode": self.postal_code,
            "extract_latlng": self.coordinates,
            "extract_geopoint": self.geopoint,
            "extract_timezone": self.time_zone,
        }


class ReverseGeocode(AnyStep):
    """Find the places of geopoints, from the city up to the country; a plugin of DSS has their borders. Adds a column for each level after the geopoint."""

    wire = "CityLevelReverseGeocoder"

    column: str = Field(kw_only=False)
    """The column with the geopoints."""

    country: str = ""
    """The column for the country (level 2). By default none, as for all levels."""

    large_region: str = ""
    """The column for the large region (level 3)."""

    region: str = ""
    """The column for the region or state (level 4)."""

    level5: str = ""
    """The column for level 5."""

    department: str = ""
    """The column for the department (level 6)."""

    level7: str = ""
    """The column for level 7."""

    city: str = ""
    """The column for the city (level 8)."""

    boundaries: bool = False
    """Whether to add the borders."""

    def params(self) -> Document:
        return {
            "inputCol": self.column,
            "l2OutCol": self.country,
            "l3OutCol": self.large_region,
            "l4OutCol": self.region,
            "l5OutCol": self.level5,
            "l6OutCol": self.department,
            "l7OutCol": self.level7,
            "l8OutCol": self.city,
            "doOutputBoundaries": self.boundaries,
        }
