"""Routes through the service mesh."""
