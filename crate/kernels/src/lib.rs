//! Spotcheck: kernels.
