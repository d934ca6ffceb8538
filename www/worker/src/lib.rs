//! The engine's worker.
