/// Why pictures cannot be compared.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the picture was inspected without its tiles' features: there is nothing to compare")]
    NoFeatures,
    #[error("there is no reference picture: one of a whole part is needed")]
    NoReferences,
    #[error("the pictures' features differ in layers, patches or channels: they are not of one network")]
    Shapes,
    #[error("the picture's features were not kept whole: {0}")]
    Stored(String),
    #[error("{key} is {value}: it must be {must}")]
    OutOfRange { key: &'static str, value: String, must: &'static str },
}
