"""One cycle: gather, decide, plan, act, recover. The engine proper."""
