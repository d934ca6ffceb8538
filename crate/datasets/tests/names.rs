//! Names of objects in words.

use spotcheck_datasets::object_name;

#[test]
fn classes_become_words() {
    for (class, name) in [
        ("pcb1", "pcb"),
        ("pcb4", "pcb"),
        ("macaroni2", "macaroni"),
        ("pipe_fryum", "pipe fryum"),
        ("chewinggum", "chewing gum"),
        ("capsules", "capsules"),
        ("bottle_cap", "bottle cap"),
        ("metal_nut", "metal nut"),
        ("Metal-Nut_02", "Metal Nut"),
        ("part 12 3", "part"),
        ("Räder7", "Räder"),
        // A screw of 8 mm and names without letters stay.
        ("m8", "m8"),
        ("2024-03-01", "2024 03 01"),
        ("007", "007"),
        ("_", "_"),
        ("", ""),
    ] {
        assert_eq!(object_name(class), name);
    }
}
