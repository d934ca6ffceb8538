use leptos::html::{Button, Video};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamConstraints, MediaStreamTrack};

use crate::bench::Bench;
use crate::link::said;
use crate::pictures;
use crate::text;

/// The camera's live picture, and a button that inspects what it shows.
#[component]
pub fn Camera() -> impl IntoView {
    let bench: Bench = expect_context();
    let stream = StoredValue::new_local(None::<MediaStream>);
    let (live, trouble) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let taken = StoredValue::new(0);
    let (place, trigger) = (NodeRef::<Video>::new(), NodeRef::<Button>::new());
    // A person may close it while the browser asks whether it may be used.
    let open = StoredValue::new(false);
    let end = |stream: MediaStream| {
        for track in stream.get_tracks() {
            track.unchecked_into::<MediaStreamTrack>().stop();
        }
    };
    let stop = move || {
        if let Some(stream) = stream.try_update_value(Option::take).flatten() {
            end(stream);
        }
        live.set(false);
    };
    let start = move || {
        trouble.set(None);
        spawn_local(async move {
            match ask().await {
                Ok(found) if !open.get_value() => end(found),
                Ok(found) => {
                    if let Some(video) = place.get_untracked() {
                        video.set_src_object(Some(&found));
                    }
                    stream.set_value(Some(found));
                    live.set(true);
                }
                Err(message) => trouble.set(Some(message)),
            }
        });
    };
    // From then on Enter and the space bar take the frame.
    Effect::new(move |_| {
        if let Some(trigger) = trigger.get().filter(|_| live.get()) {
            // By then it is not disabled any more, hence can be focused.
            request_animation_frame(move || _ = trigger.focus());
        }
    });
    let take = move || {
        let Some(video) = place.get_untracked().filter(|_| live.get_untracked()) else { return };
        let number = taken.try_update_value(|count| {
            *count += 1;
            *count
        });
        spawn_local(async move {
            let name = format!("camera-{:03}.jpg", number.unwrap_or(1));
            match pictures::frame(&video, &name).await {
                Ok(file) => bench.take_in(async { Ok(vec![(file, name)]) }),
                Err(error) => trouble.set(Some(text::camera_frame_fails(said(error)))),
            }
        });
    };
    view! {
        <details
            class="popup popup--end camera"
            on:toggle=move |event| {
                open.set_value(event_target::<web_sys::HtmlDetailsElement>(&event).open());
                if open.get_value() { start() } else { stop() }
            }
        >
            <summary>{text::camera}</summary>
            <div class="popup-body camera-body">
                <p class="note note--failed" role="alert" hidden=move || trouble.get().is_none()>
                    {move || trouble.get()}
                </p>
                <video
                    class="camera-picture"
                    node_ref=place
                    autoplay
                    muted
                    playsinline
                    hidden=move || !live.get()
                    on:click=move |_| take()
                />
                <button
                    type="button"
                    class="button button--main"
                    node_ref=trigger
                    disabled=move || !live.get()
                    on:click=move |_| take()
                >
                    {text::inspect_this_frame}
                </button>
                <p class="note">{text::camera_private}</p>
            </div>
        </details>
    }
}

/// Asks the person for a camera, the one that looks away from them if there are several. The error is a sentence.
async fn ask() -> Result<MediaStream, String> {
    let asked = async {
        let constraints = MediaStreamConstraints::new();
        let wish = js_sys::Object::new();
        for (name, value) in
            [("facingMode", JsValue::from("environment")), ("width", ideal(1920)), ("height", ideal(1080))]
        {
            js_sys::Reflect::set(&wish, &name.into(), &value)?;
        }
        constraints.set_video(&wish);
        let devices = window().navigator().media_devices()?;
        let stream = JsFuture::from(devices.get_user_media_with_constraints(&constraints)?).await?;
        stream.dyn_into::<MediaStream>()
    };
    asked.await.map_err(|error| {
        let name = js_sys::Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
        match name.as_deref() {
            Some("NotAllowedError") => text::camera_not_allowed(),
            Some("NotFoundError") => text::camera_none(),
            Some("NotReadableError") => text::camera_busy(),
            _ => text::camera_fails(said(error)),
        }
    })
}

/// A wish that may stay unfulfilled.
fn ideal(value: u32) -> JsValue {
    let wish = js_sys::Object::new();
    // A plain object takes every property.
    let _ = js_sys::Reflect::set(&wish, &"ideal".into(), &value.into());
    wish.into()
}
