//! A picture's features as bytes: a safetensors file with the features in half precision.
//!
//! `size` (`U32`) is [width, height]. Each tile, by its number from 0 on, has four tensors: `0.place` (`I32`) is
//! [component, x, y, width, height], `0.inside` (`U8`, [side, side]) 1 where a patch shows the component, `0.features` (`F16`) is
//! [layers, side, side, channels], and `0.embedding` (`F32`) as long as CLIP's.

use half::f16;
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use spotcheck_imaging::Rect;
use spotcheck_method::{PatchFeatures, TileFeatures};

use crate::{Error, Picture, Tile};

/// Tensors of a tile.
const OF_TILE: usize = 4;

impl Picture {
    /// The picture as bytes, for [`Picture::from_bytes`]. Half precision takes half of the room; a comparison changes by less than
    /// 1e-3.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let size = bytes(self.size(), u32::to_le_bytes);
        let tiles: Vec<_> = self.tiles().iter().map(Stored::of).collect();
        let mut tensors = vec![("size".to_owned(), view(Dtype::U32, vec![2], &size)?)];
        for (number, (tile, stored)) in self.tiles().iter().zip(&tiles).enumerate() {
            let patches = &tile.features.patches;
            let (side, length) = (patches.side(), tile.features.embedding.len());
            let shape = vec![patches.layers().len(), side, side, patches.channels()];
            tensors.extend([
                (format!("{number}.place"), view(Dtype::I32, vec![5], &stored.place)?),
                (format!("{number}.inside"), view(Dtype::U8, vec![side, side], &stored.inside)?),
                (format!("{number}.features"), view(Dtype::F16, shape, &stored.features)?),
                (format!("{number}.embedding"), view(Dtype::F32, vec![length], &stored.embedding)?),
            ]);
        }
        serialize(tensors, None).map_err(unfit)
    }

    /// Reads what [`Picture::to_bytes`] made. Fails when it is something else, or not whole.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let file = SafeTensors::deserialize(bytes).map_err(unfit)?;
        let &[width, height] = numbers(&file, "size", Dtype::U32, u32::from_le_bytes)?.as_slice() else {
            return Err(torn("size"));
        };
        let tiles = (0..file.len() / OF_TILE).map(|number| tile(&file, number));
        Self::new(width, height, tiles.collect::<Result<_, _>>()?)
    }
}

/// A tile's tensors as bytes.
struct Stored {
    place: Vec<u8>,
    inside: Vec<u8>,
    features: Vec<u8>,
    embedding: Vec<u8>,
}

impl Stored {
    fn of(tile: &Tile) -> Self {
        let Rect { x, y, width, height } = tile.rect;
        let layers = tile.features.patches.layers().iter().flatten().copied();
        Self {
            place: bytes([tile.component as i32, x, y, width as i32, height as i32], i32::to_le_bytes),
            inside: tile.inside.iter().copied().map(u8::from).collect(),
            features: bytes(layers, |value| f16::from_f32(value).to_le_bytes()),
            embedding: bytes(tile.features.embedding.iter().copied(), f32::to_le_bytes),
        }
    }
}

fn tile(file: &SafeTensors<'_>, number: usize) -> Result<Tile, Error> {
    let name = |what: &str| format!("{number}.{what}");
    let place = numbers(file, &name("place"), Dtype::I32, i32::from_le_bytes)?;
    let &[component, x, y, width, height] = place.as_slice() else { return Err(torn(&name("place"))) };
    let unsigned = |value: i32| u32::try_from(value).map_err(|_| torn(&name("place")));
    let rect = Rect::new(x, y, unsigned(width)?, unsigned(height)?);
    let inside = numbers(file, &name("inside"), Dtype::U8, |[flag]: [u8; 1]| flag != 0)?;
    let features = name("features");
    let &[layers, side, _, channels] = file.tensor(&features).map_err(unfit)?.shape() else {
        return Err(torn(&features));
    };
    let values = numbers(file, &features, Dtype::F16, |two| f16::from_le_bytes(two).to_f32())?;
    if values.iter().any(|value| !value.is_finite()) {
        return Err(torn(&features));
    }
    let layer = (values.len() / layers.max(1)).max(1);
    let patches = PatchFeatures::new(side, channels, values.chunks(layer).map(<[f32]>::to_vec).collect());
    let patches = patches.ok_or_else(|| torn(&features))?;
    let embedding = numbers(file, &name("embedding"), Dtype::F32, f32::from_le_bytes)?;
    let features = TileFeatures { patches, embedding };
    Ok(Tile { rect, component: unsigned(component)? as usize, inside, features })
}

fn view(dtype: Dtype, shape: Vec<usize>, bytes: &[u8]) -> Result<TensorView<'_>, Error> {
    TensorView::new(dtype, shape, bytes).map_err(unfit)
}

fn bytes<T, const N: usize>(values: impl IntoIterator<Item = T>, of: impl Fn(T) -> [u8; N]) -> Vec<u8> {
    values.into_iter().flat_map(of).collect()
}

fn numbers<T, const N: usize>(
    file: &SafeTensors<'_>,
    name: &str,
    dtype: Dtype,
    of: impl Fn([u8; N]) -> T,
) -> Result<Vec<T>, Error> {
    let tensor = file.tensor(name).map_err(unfit)?;
    if tensor.dtype() != dtype {
        return Err(torn(name));
    }
    Ok(tensor.data().as_chunks().0.iter().copied().map(of).collect())
}

fn unfit(error: safetensors::SafeTensorError) -> Error {
    Error::Stored(error.to_string())
}

fn torn(name: &str) -> Error {
    Error::Stored(format!("`{name}` is of another form"))
}
