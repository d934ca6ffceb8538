use std::collections::HashMap;

use image::RgbImage;
use spotcheck_imaging::Mask;
use spotcheck_method::{
    CancellationToken, Course, Error, Inspection, Progress, Settings, Stage, StageSeconds, TextEncoder,
    check_input,
};

use crate::{Finding, PromptEnsemble, TextFeatures};

/// A zero-shot method over the whole picture: what one baseline has that the others have not.
#[async_trait::async_trait(?Send)]
pub trait ZeroShot {
    /// The texts that it compares pictures with.
    fn ensemble(&self) -> &PromptEnsemble;

    /// Looks at a picture. `course` is in [`Stage::Score`] when it is called and goes on to the later stages; the seconds of those
    /// that have ended go into `seconds`. The stage in which it leaves `course` is ended by the caller, as aggregation.
    async fn find(
        &self,
        picture: &RgbImage,
        texts: &TextFeatures,
        course: &mut Course<'_>,
        seconds: &mut StageSeconds,
    ) -> Result<Finding, Error>;
}

/// Inspects pictures by a zero-shot method; what the texts cost is paid once for each object's name.
pub struct Baseline<M> {
    method: M,
    encoder: Box<dyn TextEncoder>,
    settings: Settings,
    texts: HashMap<String, TextFeatures>,
}

impl<M: ZeroShot> Baseline<M> {
    /// Of the settings only the thresholds and what a report tells count; texts and the factor on the cosines are the method's,
    /// and stand in [`Inspection::settings`] as such. Refuses settings that are out of range.
    pub fn new(method: M, encoder: Box<dyn TextEncoder>, settings: &Settings) -> Result<Self, Error> {
        let settings = method.ensemble().settings(settings);
        settings.validate()?;
        Ok(Self { method, encoder, settings, texts: HashMap::new() })
    }

    /// The settings that its inspections have.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The texts that pictures are compared with.
    pub fn ensemble(&self) -> &PromptEnsemble {
        self.method.ensemble()
    }

    /// Takes what [`Baseline::text_features`] gave for the same pack and ensemble: these texts are not encoded again.
    pub fn insert_text_features(&mut self, features: TextFeatures) {
        self.texts.insert(features.object.clone(), features);
    }

    /// An object's text features, when an inspection has made them: worth storing, for the same pack.
    pub fn text_features(&self, object: &str) -> Option<&TextFeatures> {
        self.texts.get(object)
    }

    /// Inspects a picture of `object`, whose name goes into the prompts as it is. Of the map only what is in `region` is
    /// kept; it must have the picture's size.
    ///
    /// Reports progress, in order, through `report`, without the stages that there are not; stops with [`Error::Cancelled`]
    /// between two network calls.
    pub async fn inspect(
        &mut self,
        picture: &RgbImage,
        object: &str,
        region: Option<&Mask>,
        report: &mut dyn FnMut(Progress),
        cancellation: &CancellationToken,
    ) -> Result<Inspection, Error> {
        check_input(picture, object, region)?;
        let mut course = Course::new(report, cancellation);
        let mut seconds = StageSeconds::default();
        if !self.texts.contains_key(object) {
            let ensemble = self.method.ensemble();
            let texts = ensemble.encode(&*self.encoder, object, &mut course).await?;
            self.texts.insert(object.to_owned(), texts);
        }
        let Some(texts) = self.texts.get(object) else { return Err(Error::NoObjectName) };
        seconds.prompts = course.next(Stage::Score);
        let finding = self.method.find(picture, texts, &mut course, &mut seconds).await?;
        let mut found = finding.inspection(picture, object, region, self.settings.clone(), seconds)?;
        found.seconds.aggregate = course.end();
        Ok(found)
    }
}
