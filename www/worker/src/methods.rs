//! The methods beside this program's own: what they need of a pack, and how a picture is inspected by one.

use image::RgbImage;
use spotcheck_baselines::{AprilGan, Baseline, WinClip, ZeroShot};
use spotcheck_engine::Engine;
use spotcheck_imaging::Mask;
use spotcheck_method::{CancellationToken, Error, Inspection, Progress, Settings, TextEncoder};
use spotcheck_networks::{AprilGan as Stages, ClipText, ClipWindows};
use spotcheck_pack::Pack;
use spotcheck_protocol::{Kind, Method, Trouble};

use crate::pausing::Paused;
use crate::texts::Texts;
use crate::trouble;

/// What a pack lacks for a method; `None` where pictures can be inspected by it.
pub fn lacking(pack: &Pack, method: Method) -> Option<Trouble> {
    let networks = &pack.manifest().networks;
    let has = match method {
        Method::Vvv => true,
        Method::Winclip => networks.clip.windows.is_some(),
        Method::AprilGan => networks.april_gan.is_some(),
    };
    (!has).then(|| {
        let english =
            format!("this pack lacks what {} needs: choose another method or another pack", method.title());
        Trouble::new(Kind::MethodLacks { method: method.title().into() }, english)
    })
}

/// A method's networks, ready to inspect.
pub enum Loaded {
    Winclip(Baseline<WinClip<Paused<ClipWindows>>>),
    AprilGan(Baseline<AprilGan<Paused<Stages>>>),
}

impl Loaded {
    /// Loads what a method needs, and nothing else; `None` for this program's own, which is always there.
    pub async fn load(
        method: Method,
        pack: &Pack,
        engine: &Engine,
        settings: &Settings,
    ) -> Result<Option<Self>, Trouble> {
        Ok(match method {
            Method::Vvv => None,
            Method::Winclip => {
                let (windows, texts) = pack.winclip(engine).await.map_err(trouble::models)?;
                Some(Self::Winclip(baseline(WinClip::new(Paused(windows)), texts, settings)?))
            }
            Method::AprilGan => {
                let (stages, texts) = pack.april_gan(engine).await.map_err(trouble::models)?;
                Some(Self::AprilGan(baseline(AprilGan::new(Paused(stages)), texts, settings)?))
            }
        })
    }

    pub fn method(&self) -> Method {
        match self {
            Self::Winclip(_) => Method::Winclip,
            Self::AprilGan(_) => Method::AprilGan,
        }
    }

    /// Takes what there is of an object's texts.
    pub async fn restore(&mut self, texts: &Texts, object: &str) {
        match self {
            Self::Winclip(method) => texts.restore_features(method, object).await,
            Self::AprilGan(method) => texts.restore_features(method, object).await,
        }
    }

    /// Keeps what an object's texts have cost.
    pub async fn keep(&self, texts: &Texts, object: &str) {
        match self {
            Self::Winclip(method) => texts.keep_features(method, object).await,
            Self::AprilGan(method) => texts.keep_features(method, object).await,
        }
    }

    /// As [`Baseline::inspect`].
    pub async fn inspect(
        &mut self,
        picture: &RgbImage,
        object: &str,
        region: Option<&Mask>,
        report: &mut dyn FnMut(Progress),
        cancellation: &CancellationToken,
    ) -> Result<Inspection, Error> {
        match self {
            Self::Winclip(method) => method.inspect(picture, object, region, report, cancellation).await,
            Self::AprilGan(method) => method.inspect(picture, object, region, report, cancellation).await,
        }
    }
}

fn baseline<M: ZeroShot>(method: M, texts: ClipText, settings: &Settings) -> Result<Baseline<M>, Trouble> {
    let texts: Box<dyn TextEncoder> = Box::new(Paused(texts));
    Baseline::new(method, texts, settings).map_err(trouble::pack_settings)
}
