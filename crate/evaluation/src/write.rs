use std::collections::HashMap;
use std::path::Path;

use serde::Serialize;
use spotcheck_report::safe_name;

use crate::folder::write_whole;
use crate::table::Table;
use crate::{Error, Evaluation, Folder, Mean, Value, chart, html, log, parquet};

/// Writes what is computed from a folder into it, over what was there: `results.parquet`, `metrics.csv`, `metrics.json`,
/// `metrics.md`, `report.html`, and `curves/CLASS.svg`.
pub fn write_results(folder: &Folder, evaluation: &Evaluation, tables: &[Table]) -> Result<(), Error> {
    let path = |name: &str| folder.path().join(name);
    let records: Vec<_> = folder.records().collect();
    let parquet_path = path("results.parquet");
    let bytes =
        parquet::encode(&records).map_err(|source| Error::Parquet { path: parquet_path.clone(), source })?;
    write_whole(&parquet_path, &bytes)?;
    write_whole(&path("metrics.csv"), &metrics_csv(evaluation)?)?;
    write_whole(&path("metrics.json"), &metrics_json(evaluation)?)?;
    write_whole(&path("metrics.md"), markdown(evaluation, tables).as_bytes())?;
    write_whole(&path("report.html"), html::report(evaluation, tables).as_bytes())?;
    curves(&path("curves"), evaluation)
}

fn curves(folder: &Path, evaluation: &Evaluation) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(Error::file(folder, "made"))?;
    let mut taken: HashMap<String, usize> = HashMap::new();
    for class in &evaluation.classes {
        // One folder, whatever the class is called.
        let name = safe_name(&class.name).replace('/', "_");
        let count = taken.entry(name.to_lowercase()).or_insert(0);
        *count += 1;
        let name = if *count == 1 { name } else { format!("{name}-{count}") };
        write_whole(&folder.join(format!("{name}.svg")), chart::file(class).as_bytes())?;
    }
    Ok(())
}

const COLUMNS: [&str; 22] = [
    "class",
    "object",
    "whole",
    "defective",
    "unlabelled",
    "missing",
    "sample_f1_max",
    "sample_threshold",
    "sample_auroc",
    "sample_average_precision",
    "sample_constant_f1",
    "pixel_pictures",
    "pixel_regions",
    "pixel_f1_max",
    "pixel_f1_max_error",
    "pixel_threshold",
    "pixel_auroc",
    "pixel_auroc_error",
    "pixel_average_precision",
    "pixel_average_precision_error",
    "pixel_aupro",
    "pixel_aupro_error",
];

/// A row a class and one of means, with all digits; cells without a value are empty.
fn metrics_csv(evaluation: &Evaluation) -> Result<Vec<u8>, Error> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let failed = |_| Error::Encoding("CSV");
    csv.write_record(COLUMNS).map_err(failed)?;
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let single = |value: Option<f32>| value.map(|value| value.to_string()).unwrap_or_default();
    let pair = |value: Option<Value>| [number(value.map(|v| v.value)), number(value.map(|v| v.error))];
    for class in &evaluation.classes {
        let (sample, pixel) = (&class.sample, &class.pixel);
        let mut row = vec![log::guarded(&class.name), log::guarded(&class.object)];
        row.extend([class.whole, class.defective, class.unlabelled, class.missing].map(|n| n.to_string()));
        row.extend([number(sample.f1_max), single(sample.threshold), number(sample.auroc)]);
        row.extend([number(sample.average_precision), number(sample.constant_f1)]);
        row.extend([pixel.pictures.to_string(), pixel.regions.to_string()]);
        row.extend(pair(pixel.f1_max));
        row.push(single(pixel.threshold));
        row.extend(pair(pixel.auroc));
        row.extend(pair(pixel.average_precision));
        row.extend(pair(pixel.aupro));
        csv.write_record(row).map_err(failed)?;
    }
    let means = &evaluation.means;
    let mean = |mean: Option<Mean>| number(mean.map(|mean| mean.value));
    let both = |mean: Option<Mean>| pair(mean.map(|mean| Value { value: mean.value, error: mean.error }));
    let mut row = vec!["mean".to_owned()];
    row.extend(std::iter::repeat_n(String::new(), 5));
    row.extend([mean(means.sample_f1_max), String::new(), mean(means.sample_auroc)]);
    row.extend([mean(means.sample_average_precision), mean(means.sample_constant_f1)]);
    row.extend([String::new(), String::new()]);
    row.extend(both(means.pixel_f1_max));
    row.push(String::new());
    row.extend(both(means.pixel_auroc));
    row.extend(both(means.pixel_average_precision));
    row.extend(both(means.pixel_aupro));
    csv.write_record(row).map_err(failed)?;
    csv.into_inner().map_err(|_| Error::Encoding("CSV"))
}

/// Everything, and the published values when there are some for these classes.
#[derive(Serialize)]
struct Everything<'a> {
    #[serde(flatten)]
    evaluation: &'a Evaluation,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<Comparison>,
}

/// Tables 1 and 2 of Baugh et al., in percent.
#[derive(Serialize)]
struct Comparison {
    source: &'static str,
    classes: [&'static str; 12],
    methods: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    method: &'static str,
    sample_f1_max: [f64; 12],
    sample_f1_max_mean: f64,
    pixel_f1_max: [f64; 12],
    pixel_f1_max_mean: f64,
}

fn metrics_json(evaluation: &Evaluation) -> Result<Vec<u8>, Error> {
    let rows = crate::published().iter().map(|row| Row {
        method: row.method,
        sample_f1_max: row.sample,
        sample_f1_max_mean: row.sample_mean,
        pixel_f1_max: row.pixel,
        pixel_f1_max_mean: row.pixel_mean,
    });
    let published = evaluation.is_visa().then(|| Comparison {
        source: crate::tables::OF_PUBLISHED,
        classes: crate::VISA_CLASSES,
        methods: rows.collect(),
    });
    let json = serde_json::to_vec_pretty(&Everything { evaluation, published });
    let mut json = json.map_err(|_| Error::Encoding("JSON"))?;
    json.push(b'\n');
    Ok(json)
}

fn markdown(evaluation: &Evaluation, tables: &[Table]) -> String {
    let run = &evaluation.run;
    let mut text = format!(
        "# {} on {}\n\nPack {}, engine {}, {} pictures, Spotcheck {}.\n",
        run.method, run.dataset.name, run.pack, run.engine, run.dataset.pictures, run.version
    );
    for table in tables {
        text.push('\n');
        text += &table.markdown();
    }
    if !evaluation.notes.is_empty() {
        text += "\n## Notes\n\n";
        for note in &evaluation.notes {
            text += &format!("- {}\n", note.replace('<', "&lt;").replace(['\r', '\n'], " "));
        }
    }
    text
}
