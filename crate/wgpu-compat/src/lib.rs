//! Spotcheck: wgpu 0.16 over today's wgpu.
