"""What programs are made of. Nothing here reads or writes anything but the program's own files."""
