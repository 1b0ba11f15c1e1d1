"""What the end-to-end cases stand on: real processes on free loopback ports, raw bytes, records."""
