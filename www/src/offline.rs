use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState};

use crate::link::{address, said};

/// Whether the page opens again without a network.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Offline {
    /// Not, or not known yet.
    No,
    /// The service worker (`www/sw.js`) stores the site's files.
    Preparing,
    Works,
}

/// Registers the service worker as soon as `ready` holds: by then the page has fetched what its first result needs, and
/// nothing competes with that.
pub fn prepare(ready: impl Fn() -> bool + 'static) -> ReadSignal<Offline> {
    let (offline, set_offline) = signal(Offline::No);
    Effect::new(move |begun: Option<bool>| {
        let begun = begun.unwrap_or(false);
        let ready = begun || ready();
        if ready && !begun {
            spawn_local(async move {
                if let Err(message) = register(set_offline).await {
                    // The page needs no service worker for anything else.
                    leptos::logging::warn!("the page cannot be kept for use offline: {message}");
                    set_offline.set(Offline::No);
                }
            });
        }
        ready
    });
    offline
}

async fn register(offline: WriteSignal<Offline>) -> Result<(), String> {
    let Some(container) = container() else { return Ok(()) };
    let registration = JsFuture::from(container.register(&address("sw.js")?)).await.map_err(said)?;
    let registration: ServiceWorkerRegistration = registration.unchecked_into();
    if registration.active().is_none() {
        offline.set(Offline::Preparing);
        let stored = match registration.installing().or_else(|| registration.waiting()) {
            Some(first) => activated(&first).await,
            None => false,
        };
        if !stored {
            return Err("not all files could be stored".into());
        }
    }
    offline.set(if stores(&registration).await? { Offline::Works } else { Offline::No });
    Ok(())
}

/// What manages service workers; missing where the page is not served securely.
fn container() -> Option<ServiceWorkerContainer> {
    let navigator = window().navigator();
    // By name, since the getter throws in a frame that is not allowed to have any.
    let container = Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
    (!container.is_undefined()).then(|| container.unchecked_into())
}

/// Waits until a service worker has stored all its files; false when it failed.
async fn activated(worker: &ServiceWorker) -> bool {
    let done = Promise::new(&mut |resolve: Function, _| {
        let observed = worker.clone();
        let listener = Closure::<dyn FnMut()>::new(move || {
            let good = match observed.state() {
                ServiceWorkerState::Activating | ServiceWorkerState::Activated => true,
                ServiceWorkerState::Redundant => false,
                _ => return,
            };
            // It cannot fail: a promise's own function.
            let _ = resolve.call1(&JsValue::UNDEFINED, &good.into());
        });
        worker.set_onstatechange(Some(listener.as_ref().unchecked_ref()));
        // The listener lives as long as the worker.
        listener.forget();
    });
    JsFuture::from(done).await.is_ok_and(|good| good.is_truthy())
}

/// Whether files are stored: a development build's service worker stores none.
async fn stores(registration: &ServiceWorkerRegistration) -> Result<bool, String> {
    let caches = window().caches().map_err(said)?;
    let name = format!("spotcheck {}", registration.scope());
    Ok(JsFuture::from(caches.has(&name)).await.map_err(said)?.is_truthy())
}
