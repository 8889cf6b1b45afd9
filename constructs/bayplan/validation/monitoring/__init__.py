"""Monitoring: who scrapes whom on which port, which metrics that brings, and what PromQL asks for."""
