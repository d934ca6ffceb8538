//! WGSL compute kernels for the operators of our networks, one operator a file.
//!
//! # Conventions
//! - A kernel is made for its sizes: they stand as constants in the text. All tensors are `f32`, row-major and dense.
//! - Bindings stand in groups of four: the inputs in order, then the output; binding `i` is `@group(i / 4)
//!   @binding(i % 4)`. Every binding is used, so that the automatic layout holds it. The entry point is `main`.
//! - Everything stays within WebGPU's default limits. Work is dealt out by a flat index over a grid of up to two
//!   dimensions, so that 65,535 workgroups a dimension are no bound on the size of a tensor.
//! - No kernel reads or writes past the end of a tensor: browsers bend such accesses onto other elements, native drivers
//!   let them through. Barriers stand only where all invocations of a workgroup come by.
//! - Sizes must not be zero, and a tensor must have fewer than 2³² elements; who calls has checked that.

mod activation;
mod attention;
mod channel_norm;
mod concat;
mod convolution;
mod copy;
mod elementwise;
mod gather;
mod index;
mod layer_norm;
mod matmul;
mod pad;
mod pool;
mod reduce;
mod resize;
mod softmax;
mod source;
mod transposed_convolution;

pub use activation::Activation;
pub use attention::{Attention, Bias};
pub use channel_norm::ChannelNorm;
pub use concat::Concat;
pub use convolution::Convolution;
pub use copy::Copy;
pub use elementwise::{Binary, Elementwise, Unary};
pub use gather::Gather;
pub use index::{broadcast_strides, dense_strides};
pub use layer_norm::LayerNorm;
pub use matmul::Matmul;
pub use pad::{Pad, PadMode};
pub use pool::{Pool, PoolKind};
pub use reduce::{Reduce, Reduction};
pub use resize::{Coordinates, Interpolation, Resize, Rounding};
pub use softmax::Softmax;
pub use transposed_convolution::TransposedConvolution;

/// A compute shader and its dispatch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kernel {
    pub wgsl: String,
    /// Workgroups along each dimension.
    pub workgroups: [u32; 3],
    /// How many inputs are bound before the output.
    pub inputs: usize,
}
