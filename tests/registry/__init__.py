"""The registry: services, selectors, import, export and screens."""
