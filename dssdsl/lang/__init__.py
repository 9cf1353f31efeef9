"""The language of programs. It reads and writes only the program's own files."""
