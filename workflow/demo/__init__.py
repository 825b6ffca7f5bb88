"""The demo and the walkthrough: stories told through the services, on a clock of their own."""
