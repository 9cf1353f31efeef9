"""What is done with a workspace: deploy, go back, look at its history, mend its state."""
