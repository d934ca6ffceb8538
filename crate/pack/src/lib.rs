//! Spotcheck: pack.
