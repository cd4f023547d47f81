"""Long trials: minutes to an hour each, run by hand. The tests hold a short form of every one."""
