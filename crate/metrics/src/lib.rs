//! Spotcheck: metrics.
