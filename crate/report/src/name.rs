/// Longer parts of a name are cut; file systems take 255 bytes, and a number may have to fit in.
const LONGEST: usize = 200;

/// Names that Windows keeps for devices, with any ending.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A relative path, parted by `/`, that stays in the folder that it is unpacked in, and that every system can write: `\`
/// parts as `/` does, `.`, `..` and what makes a path absolute go, characters that are not allowed somewhere become `_`, and
/// parts of more than 200 bytes are cut before their ending. `file` when nothing is left.
pub fn safe_name(name: &str) -> String {
    let parts: Vec<String> = name.split(['/', '\\']).filter_map(safe_part).collect();
    if parts.is_empty() { "file".to_owned() } else { parts.join("/") }
}

/// The name for the `number`th file of a name: the first keeps it, the second gets " (2)" before its ending.
pub(crate) fn numbered(name: &str, number: usize) -> String {
    if number == 1 {
        return name.to_owned();
    }
    let (stem, ending) = split_ending(name);
    format!("{stem} ({number}){ending}")
}

fn safe_part(part: &str) -> Option<String> {
    let safe = |c: char| match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        // Invisible orders that turn the direction hide what a name's ending is.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '_',
        c if c.is_control() => '_',
        c => c,
    };
    let part: String = part.trim_matches(' ').chars().map(safe).collect();
    // Windows drops dots and blanks at the end, and `.` and `..` are no names.
    let part = part.trim_end_matches(['.', ' ']);
    if part.is_empty() {
        return None;
    }
    let first = part.split('.').next().unwrap_or(part).trim_end();
    let device = DEVICES.iter().any(|device| first.eq_ignore_ascii_case(device));
    let part = if device { format!("_{part}") } else { part.to_owned() };
    let (stem, ending) = split_ending(&part);
    let room = LONGEST.saturating_sub(ending.len());
    let cut = stem.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|&end| end <= room).last();
    let stem = stem.get(..cut.unwrap_or(0)).unwrap_or(stem);
    let part = format!("{stem}{ending}");
    // A cut may end anywhere.
    Some(part.trim_end_matches(['.', ' ']).to_owned())
}

/// A path before and from the dot of its ending on; a name that begins with a dot has no ending, and neither has one
/// whose ending is longer than endings are.
fn split_ending(name: &str) -> (&str, &str) {
    let from = name.rfind('/').map_or(0, |slash| slash + 1);
    match name.rfind('.') {
        Some(dot) if dot > from && name.len() - dot <= 16 => name.split_at(dot),
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_stay_in_their_folder() {
        for (name, safe) in [
            ("a/b.png", "a/b.png"),
            ("../../etc/passwd", "etc/passwd"),
            ("/etc/passwd", "etc/passwd"),
            ("..\\..\\windows\\system.ini", "windows/system.ini"),
            ("C:\\a.png", "C_/a.png"),
            ("\\\\server\\share\\a", "server/share/a"),
            ("a/./b/../c", "a/b/c"),
            ("a//b/", "a/b"),
            ("a\u{0}b\nc\u{7f}.png", "a_b_c_.png"),
            ("photo\u{202e}gpj.exe", "photo_gpj.exe"),
            ("a. . ./b ", "a/b"),
            ("nul", "_nul"),
            ("x/Com1.txt", "x/_Com1.txt"),
            ("con .png", "_con .png"),
            ("Teil ü 日本.jpg", "Teil ü 日本.jpg"),
            ("..", "file"),
            ("", "file"),
            ("/", "file"),
            (".hidden", ".hidden"),
        ] {
            assert_eq!(safe_name(name), safe, "{name:?}");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        let name = safe_name(&format!("{}.jpeg", "ü".repeat(300)));
        assert_eq!(name, format!("{}.jpeg", "ü".repeat(97)));
    }

    #[test]
    fn numbers_stand_before_the_ending() {
        assert_eq!(numbered("a/b.c.png", 1), "a/b.c.png");
        assert_eq!(numbered("a/b.c.png", 2), "a/b.c (2).png");
        assert_eq!(numbered("a.b/c", 3), "a.b/c (3)");
        assert_eq!(numbered(".hidden", 2), ".hidden (2)");
    }

    proptest! {
        #[test]
        fn any_name_is_safe(name in "[a./\\\\: \u{0}\u{202e}ü*]{0,40}|\\PC{0,300}") {
            let safe = safe_name(&name);
            prop_assert!(!safe.is_empty());
            for part in safe.split('/') {
                prop_assert!(!part.is_empty() && part != "." && part != ".." && part.len() <= LONGEST);
                prop_assert!(!part.ends_with(['.', ' ']));
                prop_assert!(!part.contains(['\\', ':', '"', '*']) && !part.chars().any(char::is_control));
            }
            prop_assert_eq!(safe_name(&safe), safe);
        }
    }
}
