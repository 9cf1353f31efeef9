"""The command line: options in, values shown, errors turned into exit codes."""
