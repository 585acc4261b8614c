"""Facts about the OpenAI SDK, as data. Knows nothing of linting: every table is compared with the real packages by the tests."""
