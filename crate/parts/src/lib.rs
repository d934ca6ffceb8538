//! Spotcheck: parts.
