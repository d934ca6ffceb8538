//! Spotcheck: networks.
