use crate::{DataType, Error, Tensor};

/// Name, type and static shape of a graph's input or output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueInfo {
    pub name: String,
    pub data_type: DataType,
    pub shape: Vec<usize>,
}

/// A graph made ready to run. All shapes are static.
#[async_trait::async_trait(?Send)]
pub trait Session {
    /// The graph's inputs, in its order.
    fn inputs(&self) -> &[ValueInfo];

    /// The graph's outputs, in its order.
    fn outputs(&self) -> &[ValueInfo];

    /// Runs the graph; gives the outputs in the graph's order.
    ///
    /// `inputs` are named, in any order, and must be exactly the graph's.
    async fn run(&self, inputs: &[(&str, &Tensor)]) -> Result<Vec<Tensor>, Error>;
}
