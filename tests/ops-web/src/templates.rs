use wgpu::compat;

use crate::cases;

/// Runs the template case of that number. Gives the greatest difference, over the tolerance.
pub async fn check(number: usize) -> Result<f32, Failure> {
    let case = cases::all().into_iter().nth(number).ok_or("no such case")?;
    let gpu = compat::init().await?;
    let session = wonnx::Session::from_model(case.model).await?;
    gpu.check().await?;
    let mut outputs = session.run(&case.inputs).await?;
    let mut greatest: f32 = 0.0;
    for (name, expected) in case.expected {
        let got: Vec<f32> = outputs.remove(name).ok_or("an output is missing")?.try_into()?;
        greatest = greatest.max(difference(&got, &expected)?);
    }
    Ok(greatest / case.tolerance)
}

/// Anything that goes wrong is shown as it is.
pub type Failure = Box<dyn std::error::Error>;

/// The greatest difference of two rows of numbers; infinite when one is not a number.
pub fn difference(got: &[f32], expected: &[f32]) -> Result<f32, Failure> {
    if got.len() != expected.len() {
        return Err(format!("{} numbers instead of {}", got.len(), expected.len()).into());
    }
    let differences = got.iter().zip(expected).map(|(a, b)| (a - b).abs());
    Ok(differences.map(|d| if d.is_nan() { f32::INFINITY } else { d }).fold(0.0, f32::max))
}
