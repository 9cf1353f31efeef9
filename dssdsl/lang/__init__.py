"""What a program is made of; no I/O but reading the program's own files."""
