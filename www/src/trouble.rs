//! What goes wrong, in the page's language.

use spotcheck_datasets::Reason;
use spotcheck_protocol::{Kind, Trouble};

use crate::language;
use crate::text;
use crate::words::{decimal, localised, megabytes};

/// What went wrong, without a full stop: it goes into a sentence.
pub fn reason(trouble: &Trouble) -> String {
    let said = match &trouble.kind {
        Kind::Told => trouble.english.clone(),
        Kind::In { name, reason: of } => format!("{name}: {}", reason(of)),

        Kind::EmptyFile => text::trouble_empty_file(),
        Kind::Unsupported { format } => text::trouble_unsupported(format),
        Kind::UnknownFormat => text::trouble_unknown_format(),
        Kind::Truncated { format } => text::trouble_truncated(format),
        Kind::Damaged { format, reason } => text::trouble_damaged(format, reason),
        Kind::Variant { format, reason } => text::trouble_variant(format, reason),
        Kind::TooManyPixels { width, height, most } => {
            text::trouble_too_many_pixels(height, decimal(most / 1e6, 0), width)
        }
        Kind::TooMuchMemory { format, bytes } => text::trouble_too_much_memory(format, megabytes(*bytes)),
        Kind::FileUnreadable => text::file_cannot_be_read(),
        Kind::CannotBeRead { path, reason } => text::cannot_be_read(path, reason),
        Kind::SampleFails { name, reason } => text::sample_fails(name, reason),
        Kind::Mask { reason: of } => text::trouble_mask(reason(of)),
        Kind::MaskSize { mask, picture } => {
            let size = |[width, height]: [u32; 2]| format!("{width} × {height}");
            text::trouble_mask_size(size(*mask), size(*picture))
        }
        Kind::Map { reason } => text::trouble_map(reason),
        Kind::MapCut => text::trouble_map_cut(),
        Kind::FeaturesCut => text::trouble_features_cut(),
        Kind::OtherFeatures => text::trouble_other_features(),

        Kind::NoExtension => text::trouble_no_extension(),
        Kind::ForeignExtension { extension } => text::trouble_foreign_extension(extension),
        Kind::MaskWithoutPicture => text::trouble_mask_without_picture(),
        Kind::MaskOfWhole => text::trouble_mask_of_whole(),
        Kind::SecondMask => text::trouble_second_mask(),
        Kind::OutsideLayout { layout } => text::trouble_outside_layout(layout),
        Kind::Duplicate => text::trouble_duplicate(),
        Kind::Absent => text::trouble_absent(),
        Kind::TableLine { line, problem } => text::trouble_table_line(line, problem),
        Kind::ZipEncrypted => text::trouble_zip_encrypted(),
        Kind::ZipUnreadable { reason } => text::trouble_zip_unreadable(reason),
        Kind::ZipTooLarge { path, mebibytes } => text::trouble_zip_too_large(mebibytes, path),

        Kind::NothingToInspect => text::trouble_nothing_to_inspect(),
        Kind::NetworkMemory { network } => text::trouble_network_memory(network),
        Kind::DeviceLost { network } => text::trouble_device_lost(network),

        Kind::Settings { reason: of } => text::trouble_settings(reason(of)),
        Kind::PackSettings { reason: of } => text::trouble_pack_settings(reason(of)),
        Kind::UnknownSetting { key } => text::trouble_unknown_setting(key),
        Kind::NotANumber { key, value } => text::trouble_not_a_number(setting(key), value),
        Kind::NotWhole { key, value } => text::trouble_not_whole(setting(key), localised(value)),
        Kind::NotYesOrNo { key, value } => text::trouble_not_yes_or_no(setting(key), value),
        Kind::NotTexts { key } => text::trouble_not_texts(setting(key)),
        Kind::OutOfRange { key, value, from, to, above } => {
            let [from, to] = [from, to].map(|bound| localised(&bound.to_string()));
            let (setting, value) = (setting(key), localised(value));
            match above {
                true => text::trouble_not_above(from, setting, to, value),
                false => text::trouble_out_of_range(from, setting, to, value),
            }
        }
        Kind::EmptyList { key } => text::trouble_empty_list(setting(key)),
        Kind::EmptyEntry { key } => text::trouble_empty_entry(setting(key)),
        Kind::NoPlaceholder { key, entry } => match key.as_str() {
            "templates" => text::trouble_no_state(entry, setting(key)),
            _ => text::trouble_no_object(entry, setting(key)),
        },

        Kind::Engine { reason: of } => text::trouble_engine(reason(of)),
        Kind::NoDevice => text::trouble_no_device(),
        Kind::Models { reason: of } => text::trouble_models(reason(of)),
        Kind::Missing { file } => text::trouble_missing(file),
        Kind::File { file, reason: of } => format!("{file}: {}", reason(of)),
        Kind::PackFormat { found, known } => text::trouble_pack_format(found, known),
        Kind::PackSize { file, found, expected } => text::trouble_pack_size(expected, file, found),
        Kind::PackDamaged { file } => text::trouble_pack_damaged(file),
        Kind::MethodLacks { method } => text::trouble_method_lacks(method),
        Kind::MissingWithRemedy { file, remedy } => format!("{}. {remedy}", text::trouble_missing(file)),

        Kind::NoStorage => text::trouble_no_storage(),
        Kind::StorageFull => text::trouble_storage_full(),
        Kind::NoRoom { needed, free } => text::trouble_no_room(megabytes(*free), megabytes(*needed)),
        Kind::ConnectionLost { url, reason: of } => text::trouble_connection_lost(reason(of), url),
        Kind::Silent => text::trouble_silent(),
        Kind::NobodyAnswers => text::trouble_nobody_answers(),
        Kind::Status { url, status: 404 } => text::trouble_not_found(url),
        Kind::Status { url, status } => text::trouble_status(status, url),
        Kind::OtherVersion { url, found, expected } => text::trouble_other_version(expected, found, url),
        Kind::OtherFile { url } => text::trouble_other_file(url),
        Kind::NotKept { url, reason: of } => text::trouble_not_kept(reason(of), url),
        Kind::NoSource { role, refused } => text::trouble_no_source(refused.join(", "), role),
        Kind::NoCheckpoint { reason: of } => text::trouble_no_checkpoint(reason(of)),
        Kind::ForeignFile => text::trouble_foreign_file(),
        Kind::OtherNetwork => text::trouble_other_network(),
        Kind::UnknownConfiguration => text::trouble_unknown_configuration(),
        Kind::LargeConfiguration => text::trouble_large_configuration(),
        Kind::Unreadable { reason } => text::trouble_unreadable(reason),

        Kind::Fault { reason: of } => text::fault(reason(of)),
        Kind::EndedByFault { reason: of } => text::ended_by_fault(reason(of)),
        Kind::WorkerMemory => text::trouble_worker_memory(),
        Kind::WorkerStopped => text::worker_stopped(),
        Kind::WorkerAbsent => text::worker_not_there(),
        Kind::WorkerNotLoaded => text::worker_not_loaded(),
        Kind::WorkerNotUnderstood { reason } => text::worker_not_understood(reason),
    };
    said.strip_suffix('.').map(str::to_owned).unwrap_or(said)
}

/// What went wrong, as a sentence.
pub fn sentence(trouble: &Trouble) -> String {
    let said = reason(trouble);
    if said.ends_with(['!', '?']) { said } else { format!("{said}.") }
}

/// Why a file of a folder is passed over.
pub fn passed_over(reason: Reason) -> Trouble {
    let english = reason.to_string();
    let kind = match reason {
        Reason::UnknownExtension(extension) if extension.is_empty() => Kind::NoExtension,
        Reason::UnknownExtension(extension) => Kind::ForeignExtension { extension },
        Reason::MaskWithoutPicture => Kind::MaskWithoutPicture,
        Reason::MaskOfWhole => Kind::MaskOfWhole,
        Reason::SecondMask => Kind::SecondMask,
        Reason::OutsideLayout(layout) => Kind::OutsideLayout { layout: layout.into() },
        Reason::Duplicate => Kind::Duplicate,
        Reason::Missing => Kind::Absent,
        Reason::Csv { line, problem } => Kind::TableLine { line: line as f64, problem },
        _ => Kind::Told,
    };
    Trouble::new(kind, english)
}

/// A worker's end by an error that nothing caught, in the browser's words. A panic is told before; so what aborts without one is
/// out of memory, which Rust ends a program for.
pub fn death(message: String) -> Trouble {
    let memory = ["unreachable", "out of memory", "memory allocation", "Array buffer allocation"];
    let kind = match message.as_str() {
        "" => Kind::WorkerNotLoaded,
        message if memory.iter().any(|sign| message.contains(sign)) => Kind::WorkerMemory,
        _ => Kind::Told,
    };
    let english = match kind {
        Kind::WorkerNotLoaded => "the worker could not be loaded".into(),
        Kind::WorkerMemory => format!("the memory did not suffice ({message})"),
        _ => message,
    };
    Trouble::new(kind, english)
}

/// What a picture's inspection fails by when its worker dies.
pub fn fault(trouble: Trouble) -> Trouble {
    match trouble.kind {
        // That is nobody's fault.
        Kind::WorkerMemory => trouble,
        _ => {
            trouble.within("the inspection stopped by a fault in Spotcheck", |reason| Kind::Fault { reason })
        }
    }
}

/// What something that is done with a pack ends by when its worker dies.
pub fn ended(trouble: Trouble) -> Trouble {
    trouble.within("it stopped by a fault", |reason| Kind::EndedByFault { reason })
}

/// A setting's name.
fn setting(key: &str) -> String {
    let id = format!("setting-{}", key.replace('_', "-"));
    language::find(&id, Some("label")).unwrap_or_else(|| key.replace('_', " "))
}

#[cfg(test)]
mod tests {
    use spotcheck_protocol::Settings;

    use super::*;
    use crate::language::in_language;

    fn refused(json: &str) -> Trouble {
        Settings::default().with_json(json).unwrap_err().into()
    }

    #[test]
    fn english_is_what_the_library_says() {
        let picture = Trouble::new(
            Kind::Unsupported { format: "HEIC".into() },
            "HEIC is not supported: save it as JPEG or PNG",
        );
        assert_eq!(sentence(&picture), picture.sentence());
        for leftover in [
            Reason::UnknownExtension("txt".into()),
            Reason::UnknownExtension(String::new()),
            Reason::MaskWithoutPicture,
            Reason::MaskOfWhole,
            Reason::SecondMask,
            Reason::OutsideLayout("VisA"),
            Reason::Duplicate,
            Reason::Missing,
            Reason::Csv { line: 7, problem: "it is odd".into() },
        ] {
            let trouble = passed_over(leftover);
            assert_ne!(trouble.kind, Kind::Told);
            assert_eq!(reason(&trouble), trouble.english);
        }
    }

    #[test]
    fn settings_are_refused_by_the_name_that_they_have_on_the_page() {
        let low = refused(r#"{"points_per_side":0}"#);
        let many = refused(r#"{"points_per_side":"viele"}"#);
        let share = refused(r#"{"strip_step":7.5}"#);
        assert_eq!(sentence(&low), "points per side is 0: it must be from 1 to 256.");
        in_language("de", || {
            assert_eq!(sentence(&low), "Punkte je Seite ist 0: Möglich ist 1 bis 256.");
            assert!(sentence(&many).contains("eine ganze Zahl"), "{}", sentence(&many));
            assert!(sentence(&share).contains("7,5") && sentence(&share).contains("0,01 bis 1"));
            let within =
                low.clone().within("These settings cannot be used", |reason| Kind::Settings { reason });
            assert!(sentence(&within).contains("nicht verwenden: Punkte je Seite"), "{}", sentence(&within));
        });
    }

    #[test]
    fn what_is_told_in_english_stays_so() {
        let trouble = Trouble::told("graph `x`: node `y` is odd.").of_file("a.png");
        in_language("de", || assert_eq!(sentence(&trouble), "a.png: graph `x`: node `y` is odd."));
    }

    #[test]
    fn an_end_without_a_panic_is_want_of_memory() {
        assert_eq!(death("Uncaught RuntimeError: unreachable".into()).kind, Kind::WorkerMemory);
        assert_eq!(death(String::new()).kind, Kind::WorkerNotLoaded);
        assert_eq!(death("Uncaught TypeError: a is null".into()).kind, Kind::Told);
        in_language("de", || {
            assert!(sentence(&fault(death("unreachable".into()))).starts_with("der Speicher reichte nicht"));
            assert!(sentence(&fault(Trouble::told("panicked"))).contains("Fehler in Spotcheck: panicked"));
        });
    }
}
