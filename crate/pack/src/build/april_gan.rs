use spotcheck_networks::{AprilGanConfig, ClipConfig, Normalisation, Weights};

use super::{Checkpoint, Found};
use crate::checkpoints::Checkpoints;
use crate::progress::Meter;
use crate::weights::{Blob, Stored};
use crate::writer::Writer;
use crate::{AprilGanNetwork, BuildOptions, Error, Origin};

/// The name of the folder that the trained layers' checkpoint is in, and of what becomes of it.
pub(crate) const APRIL_GAN: &str = "april_gan";

/// The folder with the trained layers; `None` where there is none, as with most checkpoints.
pub(super) fn find<'c>(
    checkpoints: &'c dyn Checkpoints,
    options: &BuildOptions,
) -> Result<Option<Found<'c>>, Error> {
    match checkpoints.list(APRIL_GAN)?.is_empty() {
        true => Ok(None),
        false => Found::new(checkpoints, APRIL_GAN, options).map(Some),
    }
}

/// Builds APRIL-GAN's graph from CLIP's tensors in `tower`, which are stored already, and the trained layers' checkpoint. What
/// it has of its own goes into a blob of its own: CLIP's blob is the same with it and without.
pub(super) fn build(
    found: &Found<'_>,
    (clip, tower, stored): (&ClipConfig, &Weights<'_>, Stored),
    meter: &Meter<'_>,
    writer: &mut Writer<'_>,
    options: &BuildOptions,
) -> Result<AprilGanNetwork, Error> {
    let config = AprilGanConfig::from_json(&found.config()?);
    let config = config.map_err(Error::network(&found.file("config.json")))?;
    let checkpoint = Checkpoint::open(found, meter)?;
    let layers = checkpoint.weights("fc.0.weight")?;
    let mut blob = Blob::new(writer, "april_gan.bin", options.precision).beside(stored);
    let graph =
        blob.graph("april_gan.onnx", |sink| checkpoint.make(config.graph(clip, tower, &layers, sink)))?;
    blob.finish()?;
    checkpoint.finish()?;
    let Origin { licence, source, .. } = found.origin.clone();
    let (input, normalisation) = (config.image_size, Normalisation::CLIP);
    Ok(AprilGanNetwork { config, input, normalisation, graph, licence, source })
}
