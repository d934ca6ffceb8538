//! What the libraries' errors are to the page.

use spotcheck_engine::ErrorKind;
use spotcheck_method as method;
use spotcheck_pack::acquire::AcquireError;
use spotcheck_pack::fetch::FetchError;
use spotcheck_pack::{Error, Unfit, Unrecognised};
use spotcheck_protocol::{Kind, Trouble};

/// The engine cannot be used.
pub fn engine(error: spotcheck_engine::Error) -> Trouble {
    let kind = match error.kind() {
        ErrorKind::NoDevice => Kind::NoDevice,
        _ => Kind::Told,
    };
    Trouble::new(kind, error.to_string())
        .within("The engine cannot be used", |reason| Kind::Engine { reason })
}

/// The models cannot be used.
pub fn models(error: Error) -> Trouble {
    pack(error).within("The models cannot be used", |reason| Kind::Models { reason })
}

/// Settings cannot be used.
pub fn settings(error: impl Into<method::Error>) -> Trouble {
    let reason = inspection(error.into());
    reason.within("These settings cannot be used", |reason| Kind::Settings { reason })
}

/// A pack's own settings cannot be used.
pub fn pack_settings(error: method::Error) -> Trouble {
    let reason = inspection(error);
    reason.within("The pack's settings cannot be used", |reason| Kind::PackSettings { reason })
}

/// A map cannot be read.
pub fn map(reason: String) -> Trouble {
    let english = format!("the map cannot be read: {reason}");
    Trouble::new(Kind::Map { reason }, english)
}

/// Why there is no inspection.
pub fn inspection(error: method::Error) -> Trouble {
    let english = error.to_string();
    let kind = match error {
        method::Error::EmptyRegion => Kind::NothingToInspect,
        method::Error::Settings(error) => return error.into(),
        method::Error::Network(error) => {
            let cause = error.cause.as_deref();
            let cause = cause.and_then(|cause| cause.downcast_ref::<spotcheck_engine::Error>());
            let network = error.network.to_owned();
            match cause.map(spotcheck_engine::Error::kind) {
                Some(ErrorKind::OutOfMemory) => Kind::NetworkMemory { network },
                Some(ErrorKind::DeviceLost) => Kind::DeviceLost { network },
                _ => Kind::Told,
            }
        }
        _ => Kind::Told,
    };
    Trouble::new(kind, english)
}

/// What is wrong with a pack, or with what it is made of.
pub fn pack(error: Error) -> Trouble {
    let english = error.to_string();
    let kind = match error {
        Error::Missing { file } => Kind::Missing { file },
        Error::Storage { file, message } => Kind::File { file, reason: Box::new(message.into()) },
        Error::Format { found, known } => Kind::PackFormat { found: found as f64, known: known as f64 },
        Error::Size { file, expected, found } => {
            Kind::PackSize { file, expected: expected as f64, found: found as f64 }
        }
        Error::Hash { file, .. } => Kind::PackDamaged { file },
        Error::Network { source: spotcheck_networks::Error::Engine { network, source }, .. }
            if source.kind() == ErrorKind::OutOfMemory =>
        {
            Kind::NetworkMemory { network: network.to_owned() }
        }
        _ => Kind::Told,
    };
    Trouble::new(kind, english)
}

/// Why something was not fetched.
pub fn acquire(error: AcquireError) -> Trouble {
    let english = error.to_string();
    let kind = match error {
        AcquireError::Fetch(error) => return fetch(error),
        AcquireError::Pack(error) => return pack(error),
        AcquireError::NoSource { role, refused } => Kind::NoSource { role, refused },
        _ => Kind::Told,
    };
    Trouble::new(kind, english)
}

fn fetch(error: FetchError) -> Trouble {
    let english = error.to_string();
    let kind = match error {
        FetchError::Lost { url, message } => Kind::ConnectionLost { url, reason: Box::new(message.into()) },
        FetchError::Status { url, status } => Kind::Status { url, status },
        FetchError::Size { url, expected, found } => {
            Kind::OtherVersion { url, expected: expected as f64, found: found as f64 }
        }
        FetchError::Hash { url, .. } => Kind::OtherFile { url },
        FetchError::Storage { url, message } => Kind::NotKept { url, reason: Box::new(message.into()) },
        _ => Kind::Told,
    };
    Trouble::new(kind, english)
}

/// Why a file that was given is not taken.
pub fn unrecognised(error: Unrecognised) -> Trouble {
    let english = error.to_string();
    let reason = error.reason.to_string();
    let kind = match error.reason {
        Unfit::Foreign => Kind::ForeignFile,
        Unfit::OtherTensors | Unfit::OtherModel(_) => Kind::OtherNetwork,
        Unfit::UnknownConfiguration => Kind::UnknownConfiguration,
        Unfit::TooLarge => Kind::LargeConfiguration,
        Unfit::Unreadable(reason) => Kind::Unreadable { reason },
        _ => Kind::Told,
    };
    Trouble::new(Kind::NoCheckpoint { reason: Box::new(Trouble::new(kind, reason)) }, english)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_library_says_in_words_is_known_again() {
        let full = spotcheck_browser::STORAGE_FULL.to_owned();
        let error = FetchError::Storage { url: "https://host/a".into(), message: full };
        let told = acquire(error.into());
        assert_eq!(
            told.english,
            format!("https://host/a cannot be kept: {}", spotcheck_browser::STORAGE_FULL)
        );
        let Kind::NotKept { reason, .. } = told.kind else { panic!("{told:?}") };
        assert_eq!(reason.kind, Kind::StorageFull);
    }

    #[test]
    fn what_is_within_is_told_with_what_it_keeps_from_working() {
        let error = Error::Hash { file: "sam.bin".into(), expected: "a".into(), found: "b".into() };
        let told = models(error);
        assert!(told.english.starts_with("The models cannot be used: sam.bin is damaged"), "{told:?}");
        let Kind::Models { reason } = told.kind else { panic!() };
        assert_eq!(reason.kind, Kind::PackDamaged { file: "sam.bin".into() });
    }

    #[test]
    fn settings_are_told_alike_wherever_they_are_refused() {
        let refused = || method::Settings::default().with_json(r#"{"top_share":"x"}"#).unwrap_err();
        assert_eq!(settings(refused()), settings(method::Error::Settings(refused())));
        assert_eq!(inspection(method::Error::EmptyRegion).kind, Kind::NothingToInspect);
    }
}
