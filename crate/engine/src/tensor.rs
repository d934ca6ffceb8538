/// Element types that graphs exchange with the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataType {
    F32,
    I32,
}

/// A tensor's elements, row-major.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    F32(Vec<f32>),
    I32(Vec<i32>),
}

/// A dense array with a shape, row-major (the last axis is contiguous).
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    data: Data,
}

impl Tensor {
    /// `None` when the product of `shape` is not `data.len()`.
    pub fn f32(shape: impl Into<Vec<usize>>, data: Vec<f32>) -> Option<Self> {
        let shape = shape.into();
        (element_count(&shape)? == data.len()).then_some(Self { shape, data: Data::F32(data) })
    }

    /// `None` when the product of `shape` is not `data.len()`.
    pub fn i32(shape: impl Into<Vec<usize>>, data: Vec<i32>) -> Option<Self> {
        let shape = shape.into();
        (element_count(&shape)? == data.len()).then_some(Self { shape, data: Data::I32(data) })
    }

    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    pub fn data(&self) -> &Data {
        &self.data
    }

    pub fn data_type(&self) -> DataType {
        match self.data {
            Data::F32(_) => DataType::F32,
            Data::I32(_) => DataType::I32,
        }
    }

    /// The elements, when they are `f32`.
    pub fn as_f32(&self) -> Option<&[f32]> {
        match &self.data {
            Data::F32(v) => Some(v),
            Data::I32(_) => None,
        }
    }

    /// The elements, when they are `f32`.
    pub fn into_f32(self) -> Option<Vec<f32>> {
        match self.data {
            Data::F32(v) => Some(v),
            Data::I32(_) => None,
        }
    }
}

fn element_count(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d))
}
