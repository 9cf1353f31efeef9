"""
The whole DSS: its data folder, projects, users, rights, connections, code environments, futures.

It opens, copies and deletes projects. It may import ``project`` and ``git``.
"""
