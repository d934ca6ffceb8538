//! Markdown tables of figures.

pub fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, count) = values.into_iter().fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / f64::max(count, 1.0)
}

pub fn row(first: &str, values: impl IntoIterator<Item = f64>) -> String {
    let cells: String = values.into_iter().map(|value| format!(" {value:.3} |")).collect();
    format!("| {first} |{cells}\n")
}

pub fn head(first: &str, names: &[&str]) -> String {
    format!("| {first} | {} |\n| --- |{}\n", names.join(" | "), " --- |".repeat(names.len()))
}
