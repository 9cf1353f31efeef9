"""Lets ``python -m benchmarks`` run them, and ``python -m benchmarks emulator`` those of the emulator."""

import sys

if sys.argv[1:2] == ["emulator"]:
    from benchmarks.emulator import main as emulator

    emulator(sys.argv[2:])
else:
    from benchmarks.run import main

    main()
