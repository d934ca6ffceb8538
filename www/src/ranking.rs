//! Which pictures the list shows, and in what order.

use crate::item::Decision;
use crate::queue::ItemId;

/// What the list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sorting {
    /// Highest score first; then what has no score yet; then what has no result.
    #[default]
    Score,
    Name,
    /// As they came.
    Arrival,
}

/// Which pictures are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    All,
    Accept,
    Reject,
    Unsure,
    /// The machine has a result, the person said nothing.
    Undecided,
    /// Without a result: failed or cancelled.
    Failed,
    /// With a result that another inspection would not have now.
    Outdated,
}

/// Why a result is not what an inspection would say now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outdated {
    /// It is of another region than what counts now.
    Region,
    /// It is another method's.
    Method,
}

impl Filter {
    pub const ALL: [Filter; 7] = [
        Filter::All,
        Filter::Reject,
        Filter::Accept,
        Filter::Unsure,
        Filter::Undecided,
        Filter::Failed,
        Filter::Outdated,
    ];
}

/// What counts of a picture here.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    pub id: ItemId,
    /// In lower case.
    pub name: String,
    pub standing: Standing,
    pub decision: Option<Decision>,
    pub outdated: Option<Outdated>,
}

/// How far a picture is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    Open,
    Done {
        score: f32,
        rejected: bool,
    },
    /// Failed or cancelled.
    Without,
}

impl Ranked {
    /// The person's word, or else the machine's.
    pub fn verdict(&self) -> Option<Decision> {
        self.decision.or(match self.standing {
            Standing::Done { rejected: true, .. } => Some(Decision::Reject),
            Standing::Done { rejected: false, .. } => Some(Decision::Accept),
            Standing::Open | Standing::Without => None,
        })
    }

    /// Whether the filter lists it.
    pub fn passes(&self, filter: Filter) -> bool {
        match filter {
            Filter::All => true,
            Filter::Accept => self.verdict() == Some(Decision::Accept),
            Filter::Reject => self.verdict() == Some(Decision::Reject),
            Filter::Unsure => self.verdict() == Some(Decision::Unsure),
            Filter::Undecided => matches!(self.standing, Standing::Done { .. }) && self.decision.is_none(),
            Filter::Failed => self.standing == Standing::Without,
            Filter::Outdated => self.outdated.is_some(),
        }
    }
}

/// The pictures that pass, in order. `search` is looked for in the names, whatever its case.
pub fn rank(pictures: &[Ranked], sorting: Sorting, filter: Filter, search: &str) -> Vec<ItemId> {
    let search = search.trim().to_lowercase();
    let mut listed: Vec<&Ranked> = pictures
        .iter()
        .filter(|picture| picture.passes(filter) && (search.is_empty() || picture.name.contains(&search)))
        .collect();
    match sorting {
        Sorting::Score => listed.sort_by(|a, b| {
            let (rank_a, score_a) = place(a.standing);
            let (rank_b, score_b) = place(b.standing);
            rank_a.cmp(&rank_b).then_with(|| score_b.total_cmp(&score_a)).then_with(|| a.id.cmp(&b.id))
        }),
        Sorting::Name => listed.sort_by(|a, b| natural(&a.name, &b.name).then_with(|| a.id.cmp(&b.id))),
        Sorting::Arrival => listed.sort_by_key(|picture| picture.id),
    }
    listed.into_iter().map(|picture| picture.id).collect()
}

/// What was listed stays where it is, what is new comes last: so that nothing moves under the pointer.
pub fn hold(before: &[ItemId], now: &[ItemId]) -> Vec<ItemId> {
    let kept = before.iter().copied().filter(|id| now.contains(id));
    kept.chain(now.iter().copied().filter(|id| !before.contains(id))).collect()
}

fn place(standing: Standing) -> (u8, f32) {
    match standing {
        Standing::Done { score, .. } => (0, score),
        Standing::Open => (1, 0.0),
        Standing::Without => (2, 0.0),
    }
}

/// Numbers in names count as numbers: "part 9" comes before "part 10".
fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    let (mut a, mut b) = (a.chars().peekable(), b.chars().peekable());
    loop {
        let (Some(&x), Some(&y)) = (a.peek(), b.peek()) else {
            return a.peek().is_some().cmp(&b.peek().is_some());
        };
        let order = if x.is_ascii_digit() && y.is_ascii_digit() {
            number(&mut a).cmp(&number(&mut b))
        } else {
            a.next();
            b.next();
            x.cmp(&y)
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Takes the digits that come next: how many they are without leading zeros, and they; so they compare as numbers of any
/// length.
fn number(text: &mut std::iter::Peekable<std::str::Chars<'_>>) -> (usize, String) {
    let mut digits = String::new();
    while let Some(digit) = text.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    let significant = digits.trim_start_matches('0').to_owned();
    (significant.len(), significant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(id: ItemId, name: &str, standing: Standing) -> Ranked {
        Ranked { id, name: name.into(), standing, decision: None, outdated: None }
    }

    fn done(id: ItemId, name: &str, score: f32) -> Ranked {
        picture(id, name, Standing::Done { score, rejected: score >= 0.5 })
    }

    #[test]
    fn by_score_then_open_then_without() {
        let all = [
            picture(1, "a", Standing::Without),
            done(2, "b", 0.2),
            picture(3, "c", Standing::Open),
            done(4, "d", 0.9),
            done(5, "e", 0.2),
        ];
        assert_eq!(rank(&all, Sorting::Score, Filter::All, ""), [4, 2, 5, 3, 1]);
        assert_eq!(rank(&all, Sorting::Arrival, Filter::All, ""), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn numbers_in_names_are_numbers() {
        let names = ["img_10.png", "img_9.png", "img_010b.png", "img.png", "img_0009a.png"];
        let all: Vec<Ranked> =
            names.iter().zip(1..).map(|(name, id)| picture(id, name, Standing::Open)).collect();
        assert_eq!(rank(&all, Sorting::Name, Filter::All, ""), [4, 2, 5, 1, 3]);
    }

    #[test]
    fn the_persons_word_counts_before_the_machines() {
        let overruled = Ranked { decision: Some(Decision::Accept), ..done(1, "a", 0.9) };
        let unsure = Ranked { decision: Some(Decision::Unsure), ..done(2, "b", 0.1) };
        let outdated = Ranked { outdated: Some(Outdated::Region), ..done(4, "d", 0.3) };
        let all = [overruled, unsure, done(3, "c", 0.8), outdated, picture(5, "e", Standing::Without)];
        let listed = |filter| rank(&all, Sorting::Arrival, filter, "");
        assert_eq!(listed(Filter::Accept), [1, 4]);
        assert_eq!(listed(Filter::Reject), [3]);
        assert_eq!(listed(Filter::Unsure), [2]);
        assert_eq!(listed(Filter::Undecided), [3, 4]);
        assert_eq!(listed(Filter::Failed), [5]);
        assert_eq!(listed(Filter::Outdated), [4]);
    }

    #[test]
    fn search_ignores_case_and_blanks() {
        let all = [done(1, "cap_0412.jpg", 0.1), done(2, "nut_0412.jpg", 0.2)];
        assert_eq!(rank(&all, Sorting::Score, Filter::All, "  CAP "), [1]);
        assert_eq!(rank(&all, Sorting::Score, Filter::All, "0412"), [2, 1]);
    }

    #[test]
    fn held_pictures_stay_and_new_ones_come_last() {
        assert_eq!(hold(&[3, 1, 2], &[4, 2, 3]), [3, 2, 4]);
    }
}
