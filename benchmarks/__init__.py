"""What `make bench` measures: calls, speed and memory, each against its bar."""
