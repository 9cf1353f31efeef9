"""The one door to dataikuapi."""
