"""What stands between a request and the API server: webhooks and extensions."""
