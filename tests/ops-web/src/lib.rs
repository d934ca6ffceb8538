//! The GPU engine's tests in a browser: `run.mjs` calls these, a case at a time.
//!
//! Browsers and native drivers treat what a kernel does out of bounds differently, and compile WGSL differently, so the
//! operators' cases run in both.

#![cfg(target_arch = "wasm32")]

#[path = "../../../crate/wgpu-compat/tests/templates/cases.rs"]
mod cases;
mod fixture;
mod templates;

use fixture::Fixture;
use spotcheck_engine::{Engine, EngineKind, Preference};
use wasm_bindgen::prelude::*;

/// Shows panics in the console, where `run.mjs` sees them: a panic leaves its promise open.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&format!("panic: {info}").into())));
}

/// The engines, as they were chosen.
#[wasm_bindgen]
pub struct Engines {
    gpu: Engine,
    cpu: Engine,
    auto: Engine,
}

#[wasm_bindgen]
impl Engines {
    /// Fails without WebGPU.
    pub async fn open() -> Result<Engines, JsError> {
        let gpu = Engine::choose(Preference::Wonnx).await?;
        let cpu = Engine::choose(Preference::Rten).await?;
        let auto = Engine::choose(Preference::Auto).await?;
        Ok(Self { gpu, cpu, auto })
    }

    /// The GPU and why it was taken.
    pub fn reason(&self) -> String {
        self.gpu.reason().to_owned()
    }

    /// What would be taken if nobody asked for an engine, and why.
    pub fn auto(&self) -> String {
        format!("{}: {}", self.auto.kind(), self.auto.reason())
    }

    /// Whether the automatic choice is the CPU, as it must be beside a software adapter.
    #[wasm_bindgen(js_name = autoIsCpu)]
    pub fn auto_is_cpu(&self) -> bool {
        self.auto.kind() == EngineKind::Rten
    }
}

/// The operators' cases.
#[wasm_bindgen]
pub struct Cases(Fixture);

#[wasm_bindgen]
impl Cases {
    /// Reads `cases.json` and `data.bin`.
    #[wasm_bindgen(constructor)]
    pub fn new(cases: &str, data: Vec<u8>) -> Result<Cases, JsError> {
        Fixture::read(cases, data).map(Self).map_err(shown)
    }

    /// The cases that are meant for the GPU (`gpu`) or for the CPU, in order.
    pub fn names(&self, gpu: bool) -> Vec<String> {
        self.0.names(if gpu { "wonnx" } else { "rten" })
    }

    /// Runs a case on the GPU or the CPU; gives the greatest difference, over the tolerance.
    pub async fn check(&self, engines: &Engines, gpu: bool, name: &str) -> Result<f32, JsError> {
        self.0.check(if gpu { &engines.gpu } else { &engines.cpu }, name).await.map_err(shown)
    }
}

/// The names of the cases of wonnx's own kernels, in order.
#[wasm_bindgen(js_name = templateNames)]
pub fn template_names() -> Vec<String> {
    cases::all().iter().map(|case| case.name.to_owned()).collect()
}

/// Runs the case of that number; gives the greatest difference, over the tolerance.
#[wasm_bindgen(js_name = checkTemplate)]
pub async fn check_template(number: usize) -> Result<f32, JsError> {
    templates::check(number).await.map_err(shown)
}

fn shown(failure: templates::Failure) -> JsError {
    JsError::new(&failure.to_string())
}
