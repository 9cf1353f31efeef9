"""What a plan is: values that the engine makes and runs, and that the command line shows."""
