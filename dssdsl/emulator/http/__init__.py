"""
The HTTP side: requests, responses, the router, the request log and faults; the server and transport.

It reads the instance and its projects to check rights. It may import every floor below; it knows no
route, and not the emulator that is served.
"""
