use spotcheck_engine::onnx::AttributeProto;

use super::elementwise::broadcast;
use super::{GraphBuilder, Value};
use crate::Error;

impl GraphBuilder<'_> {
    /// The same elements in another shape.
    pub fn reshape(&mut self, x: &Value, shape: &[usize]) -> Result<Value, Error> {
        if x.shape.iter().product::<usize>() != shape.iter().product::<usize>() {
            return Err(self.mismatch("Reshape", format!("{:?} cannot become {shape:?}", x.shape)));
        }
        if x.shape == shape {
            return Ok(x.clone());
        }
        let list = self.list(&to_i64(shape));
        Ok(self.add_node("Reshape", &[&x.name, &list], x.data_type, shape.into()))
    }

    /// `x` with an axis of length 1 before `axis`.
    pub fn unsqueeze(&mut self, x: &Value, axis: usize) -> Result<Value, Error> {
        if axis > x.rank() {
            return Err(self.mismatch("Unsqueeze", format!("{:?} has no place {axis}", x.shape)));
        }
        let mut shape = x.shape.clone();
        shape.insert(axis, 1);
        self.reshape(x, &shape)
    }

    /// `x` without `axis`, whose length must be 1.
    pub fn squeeze(&mut self, x: &Value, axis: usize) -> Result<Value, Error> {
        if x.shape.get(axis) != Some(&1) {
            return Err(self.mismatch("Squeeze", format!("axis {axis} of {:?} is not 1", x.shape)));
        }
        let mut shape = x.shape.clone();
        shape.remove(axis);
        self.reshape(x, &shape)
    }

    /// Axis `i` of the result is axis `perm[i]` of `x`.
    pub fn transpose(&mut self, x: &Value, perm: &[usize]) -> Result<Value, Error> {
        let mut sorted = perm.to_vec();
        sorted.sort_unstable();
        if sorted != (0..x.rank()).collect::<Vec<_>>() {
            let message = format!("{perm:?} is no order of the axes of {:?}", x.shape);
            return Err(self.mismatch("Transpose", message));
        }
        let shape = perm.iter().map(|&p| x.shape[p]).collect();
        let attributes = vec![AttributeProto::ints("perm", &to_i64(perm))];
        Ok(self.add_node_with("Transpose", &[&x.name], attributes, x.data_type, shape))
    }

    /// The elements from `start` up to `end` along one axis.
    pub fn slice(&mut self, x: &Value, axis: usize, start: usize, end: usize) -> Result<Value, Error> {
        let len = x.shape.get(axis).copied().unwrap_or(0);
        if start >= end || end > len {
            let message = format!("{start}..{end} is not inside axis {axis} of {:?}", x.shape);
            return Err(self.mismatch("Slice", message));
        }
        if end - start == len {
            return Ok(x.clone());
        }
        let mut shape = x.shape.clone();
        shape[axis] = end - start;
        let starts = self.list(&[start as i64]);
        let ends = self.list(&[end as i64]);
        let axes = self.list(&[axis as i64]);
        Ok(self.add_node("Slice", &[&x.name, &starts, &ends, &axes], x.data_type, shape))
    }

    /// The values one after another along an axis; all other axes must be equal.
    pub fn concat(&mut self, values: &[&Value], axis: usize) -> Result<Value, Error> {
        let fits = |first: &Value, v: &Value| {
            let others = |v: &Value| {
                v.shape.iter().enumerate().filter(|(i, _)| *i != axis).map(|(_, &d)| d).collect::<Vec<_>>()
            };
            axis < v.rank() && v.data_type == first.data_type && others(v) == others(first)
        };
        let Some(first) = values.first().filter(|f| values.iter().all(|v| fits(f, v))) else {
            let shapes: Vec<_> = values.iter().map(|v| &v.shape).collect();
            return Err(self.mismatch("Concat", format!("{shapes:?} do not go together along axis {axis}")));
        };
        let mut shape = first.shape.clone();
        shape[axis] = values.iter().map(|v| v.shape[axis]).sum();
        let names: Vec<&str> = values.iter().map(|v| v.name.as_str()).collect();
        let attributes = vec![AttributeProto::int("axis", axis as i64)];
        Ok(self.add_node_with("Concat", &names, attributes, first.data_type, shape))
    }

    /// Zeros before and behind the elements of each axis.
    pub fn pad(&mut self, x: &Value, before: &[usize], behind: &[usize]) -> Result<Value, Error> {
        if before.len() != x.rank() || behind.len() != x.rank() {
            let message = format!("{before:?} and {behind:?} do not name the axes of {:?}", x.shape);
            return Err(self.mismatch("Pad", message));
        }
        if before.iter().chain(behind).all(|&n| n == 0) {
            return Ok(x.clone());
        }
        let shape = (0..x.rank()).map(|i| before[i] + x.shape[i] + behind[i]).collect();
        let list = self.list(&to_i64(&[before, behind].concat()));
        Ok(self.add_node("Pad", &[&x.name, &list], x.data_type, shape))
    }

    /// Rows of `x` along `axis`, chosen by `indices` (i32, any shape, which takes the axis's place).
    pub fn gather(&mut self, x: &Value, indices: &Value, axis: usize) -> Result<Value, Error> {
        if axis >= x.rank() {
            return Err(self.mismatch("Gather", format!("{:?} has no axis {axis}", x.shape)));
        }
        let shape = [&x.shape[..axis], &indices.shape, &x.shape[axis + 1..]].concat();
        let attributes = vec![AttributeProto::int("axis", axis as i64)];
        Ok(self.add_node_with("Gather", &[&x.name, &indices.name], attributes, x.data_type, shape))
    }

    /// `x` repeated along the axes where it has length 1, up to `shape`.
    pub fn expand(&mut self, x: &Value, shape: &[usize]) -> Result<Value, Error> {
        if broadcast(&x.shape, shape).as_deref() != Some(shape) {
            return Err(self.mismatch("Expand", format!("{:?} does not broadcast to {shape:?}", x.shape)));
        }
        if x.shape == shape {
            return Ok(x.clone());
        }
        let list = self.list(&to_i64(shape));
        Ok(self.add_node("Expand", &[&x.name, &list], x.data_type, shape.into()))
    }
}

pub(super) fn to_i64(numbers: &[usize]) -> Vec<i64> {
    numbers.iter().map(|&n| n as i64).collect()
}
