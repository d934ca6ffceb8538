//! Settings as others get them: a JSON object of those that differ from the pack's, with the method where it is not this program's
//! own; as a file, or in a link.

use leptos::prelude::window;
use serde_json::{Map, Value};
use spotcheck_protocol::{Method, Settings, Trouble};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::link::said;
use crate::text;

/// What a link with settings has after its `#`.
const LINK: &str = "settings=";
/// The method's key.
const METHOD: &str = "method";

/// What is shared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shared {
    pub method: Method,
    /// Those that differ from the pack's.
    pub changes: Map<String, Value>,
}

impl Shared {
    /// Takes the method out of an object. Fails when there is none of that name.
    pub fn read(mut object: Map<String, Value>) -> Result<Self, Trouble> {
        let method = match object.remove(METHOD) {
            None => Method::default(),
            Some(name) => name
                .as_str()
                .and_then(Method::find)
                .ok_or_else(|| Trouble::told(text::no_such_method(name.as_str().unwrap_or_default())))?,
        };
        Ok(Self { method, changes: object })
    }

    /// The object; [`Shared::read`] reads it back.
    pub fn object(&self) -> Map<String, Value> {
        let mut object = self.changes.clone();
        if !self.method.is_own() {
            object.insert(METHOD.into(), self.method.name().into());
        }
        object
    }

    /// The page's address with it.
    pub fn link(&self) -> String {
        let address = window().location().href().unwrap_or_default();
        let page = address.split('#').next().unwrap_or_default();
        let json = Value::from(self.object()).to_string();
        format!("{page}#{LINK}{}", js_sys::encode_uri_component(&json))
    }

    /// What the page's address has of it.
    pub fn linked() -> Option<Self> {
        let hash = window().location().hash().ok()?;
        let json = js_sys::decode_uri_component(hash.strip_prefix('#')?.strip_prefix(LINK)?).ok()?;
        Self::read(serde_json::from_str(&String::from(json)).ok()?).ok()
    }

    /// What a file has of it.
    pub async fn open(file: &File) -> Result<Self, Trouble> {
        let text = JsFuture::from(file.text()).await.map_err(said)?;
        let object = serde_json::from_str(&text.as_string().unwrap_or_default());
        let shared = Self::read(object.map_err(|error| error.to_string())?)?;
        Settings::default().with_json(&Value::from(shared.changes.clone()).to_string())?;
        Ok(shared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(json: &str) -> Map<String, Value> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_method_goes_with_the_settings() {
        let shared = Shared::read(object(r#"{"top_share":1,"method":"winclip"}"#)).unwrap();
        assert_eq!(shared.method, Method::Winclip);
        assert_eq!(shared.changes, object(r#"{"top_share":1}"#));
        assert_eq!(Shared::read(shared.object()).unwrap(), shared);
    }

    #[test]
    fn of_this_programs_own_method_nothing_is_said() {
        let shared = Shared::read(object(r#"{"top_share":1}"#)).unwrap();
        assert_eq!((shared.method, shared.object()), (Method::Vvv, object(r#"{"top_share":1}"#)));
    }

    #[test]
    fn a_method_that_there_is_not_is_told() {
        let refused = Shared::read(object(r#"{"method":"clip"}"#)).unwrap_err();
        assert!(refused.english.contains("clip"), "{refused:?}");
        assert!(Shared::read(object(r#"{"method":7}"#)).is_err());
    }
}
