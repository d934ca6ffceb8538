/// Why pictures cannot be compared.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the picture was inspected without its tiles' features: there is nothing to compare")]
    NoFeatures,
    #[error("there is no reference picture: one of a whole part is needed")]
    NoReferences,
    #[error("a batch of {0}: pictures are compared with the others of their batch, and 2 are the least")]
    Alone(usize),
    #[error("the pictures have {0} patches of parts together: that is too few to tell what is ordinary")]
    FewPatches(usize),
    #[error("the pictures' features differ in layers, patches or channels: they are not of one network")]
    Shapes,
    #[error("{key} is {value}: it must be {must}")]
    OutOfRange { key: &'static str, value: String, must: &'static str },
}
