"""What is polled and when, what a poll does and may cost, and what is paid for beside polls."""
