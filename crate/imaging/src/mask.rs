/// One `bool` a pixel, row-major.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    width: u32,
    height: u32,
    data: Vec<bool>,
}

impl Mask {
    /// A mask of one value everywhere.
    pub fn filled(width: u32, height: u32, value: bool) -> Self {
        Self { width, height, data: vec![value; width as usize * height as usize] }
    }

    /// Takes `data` of `width` × `height` values, row-major; `None` when the length differs.
    pub fn from_vec(width: u32, height: u32, data: Vec<bool>) -> Option<Self> {
        (data.len() == width as usize * height as usize).then_some(Self { width, height, data })
    }

    pub fn width(&self) -> u32 {
        self.width
    }

    pub fn height(&self) -> u32 {
        self.height
    }

    /// All values, row-major.
    pub fn data(&self) -> &[bool] {
        &self.data
    }

    pub fn data_mut(&mut self) -> &mut [bool] {
        &mut self.data
    }

    /// How many pixels are set.
    pub fn area(&self) -> usize {
        self.data.iter().filter(|&&v| v).count()
    }
}
