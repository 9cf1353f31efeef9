"""
The Git repository of one project: a queue of commits, its log, tags, remotes and undo.

It sees a project as files in a folder, and knows nothing of what they contain. It imports no other
floor.
"""
