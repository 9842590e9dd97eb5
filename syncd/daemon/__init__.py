"""The daemon: one engine thread, a ticker that wakes it, reload between cycles, and health.

    main thread    signals, drain with a deadline
    ticker         wakes the engine thread every second, writes the heartbeat
    engine thread  reload → answer requests → run what is due; the only one that decides

No other room imports APScheduler.
"""
