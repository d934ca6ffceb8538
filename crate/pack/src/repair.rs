use crate::build::{APRIL_GAN, Found, build_clips, build_isnet, build_sam, metered};
use crate::checkpoints::Checkpoints;
use crate::pack::sha256;
use crate::progress::OnProgress;
use crate::writer::Writer;
use crate::{BuildOptions, Error, Manifest, PackFiles};

/// Makes files of a pack again that are damaged, from the checkpoints of the networks that they belong to
/// ([`network_of`]): those of the others need not be there. `options` are those that the pack was built with.
///
/// Fails when the checkpoints are not the ones that the pack is from; then nothing is written of what differs.
pub fn repair(
    checkpoints: &dyn Checkpoints,
    out: &mut dyn PackFiles,
    options: &BuildOptions,
    manifest: &Manifest,
    damaged: &[String],
    on_progress: &mut OnProgress<'_>,
) -> Result<(), Error> {
    let options = BuildOptions { precision: manifest.precision, ..options.clone() };
    let mut mended = Mended { out, manifest, damaged };
    let mut writer = Writer::new(&mut mended, options.largest_file)?;
    let roles = networks_of(damaged);
    for &role in roles.iter().filter(|role| **role != APRIL_GAN) {
        let found = Found::new(checkpoints, role, &options)?;
        // It is built along with CLIP, over the same tensors.
        let wanted = role == "clipseg" && roles.contains(&APRIL_GAN);
        let april_gan = wanted.then(|| Found::new(checkpoints, APRIL_GAN, &options)).transpose()?;
        let all: Vec<&Found<'_>> = [&found].into_iter().chain(&april_gan).collect();
        metered(&all, on_progress, |meter| match role {
            "isnet" => build_isnet(&found, meter, &mut writer, &options).map(drop),
            "sam" => build_sam(&found, meter, &mut writer, &options).map(drop),
            _ => build_clips(&found, april_gan.as_ref(), meter, &mut writer, &options).map(drop),
        })?;
    }
    Ok(())
}

/// The network whose checkpoint a pack's file is made from: `isnet`, `sam`, `clipseg` or, from that and its own, `april_gan`.
pub fn network_of(file: &str) -> &'static str {
    let is = |role: &str| file.strip_prefix(role).is_some_and(|rest| rest.starts_with(['.', '_']));
    ["isnet", "sam", APRIL_GAN].into_iter().find(|role| is(role)).unwrap_or("clipseg")
}

/// The networks whose checkpoints make these files, each once.
pub fn networks_of(files: &[String]) -> Vec<&'static str> {
    let roles = ["isnet", "sam", "clipseg", APRIL_GAN];
    let of = |file: &String, role: &str| {
        let network = network_of(file);
        network == role || (network == APRIL_GAN && role == "clipseg")
    };
    roles.into_iter().filter(|role| files.iter().any(|file| of(file, role))).collect()
}

/// Writes only files that are damaged, and only as they were.
struct Mended<'m> {
    out: &'m mut dyn PackFiles,
    manifest: &'m Manifest,
    damaged: &'m [String],
}

impl PackFiles for Mended<'_> {
    fn write(&mut self, file: &str, bytes: &[u8]) -> Result<(), Error> {
        // An older pack lacks graphs that are built today.
        let Some(info) = self.manifest.files.get(file) else { return Ok(()) };
        if info.sha256 != sha256(bytes) {
            let message =
                "the checkpoint is another than the one that the pack was built from: build the pack anew";
            return Err(Error::storage(file, message));
        }
        match self.damaged.iter().any(|damaged| damaged == file) {
            true => self.out.write(file, bytes),
            false => Ok(()),
        }
    }

    /// It is no pack yet: nothing of it is to be replaced.
    fn read(&mut self, _: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(None)
    }

    fn remove(&mut self, _: &str) -> Result<(), Error> {
        Ok(())
    }
}
