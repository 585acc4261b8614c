"""Credentials: where a program hands them to the SDK, where they come from, and where they are sent to."""
