/// One `f32` a pixel, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    width: u32,
    height: u32,
    data: Vec<f32>,
}

impl Map {
    /// A map of one value everywhere.
    pub fn filled(width: u32, height: u32, value: f32) -> Self {
        Self { width, height, data: vec![value; width as usize * height as usize] }
    }

    /// Takes `data` of `width` × `height` values, row-major; `None` when the length differs.
    pub fn from_vec(width: u32, height: u32, data: Vec<f32>) -> Option<Self> {
        (data.len() == width as usize * height as usize).then_some(Self { width, height, data })
    }

    pub fn width(&self) -> u32 {
        self.width
    }

    pub fn height(&self) -> u32 {
        self.height
    }

    /// All values, row-major.
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    pub fn data_mut(&mut self) -> &mut [f32] {
        &mut self.data
    }

    pub fn into_vec(self) -> Vec<f32> {
        self.data
    }
}
