"""
One project: its objects and their versions, its files in DSS's layout, its Flow.

It stores documents as it is given them; what DSS changes in them is in ``rules``. It may import
``git``.
"""
