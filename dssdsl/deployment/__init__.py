"""What is done with a context: deploy, go back, look at its history, mend its state."""
