"""The operations on a program and its stack: deploy, roll back, read the history, edit the state."""
