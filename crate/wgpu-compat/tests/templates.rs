//! wonnx's own kernels through this crate, on whatever adapter there is (a software one will do).

#[path = "templates/cases.rs"]
mod cases;

use wgpu::compat;

#[test]
fn every_template_computes_what_plain_loops_do() {
    pollster::block_on(async {
        let gpu = compat::init().await.expect("this test needs a Vulkan, Metal or DX12 adapter");
        let mut wrong = Vec::new();
        for case in cases::all() {
            let session = wonnx::Session::from_model(case.model).await.expect(case.name);
            let outputs = session.run(&case.inputs).await.expect(case.name);
            for (name, expected) in case.expected {
                let got: Vec<f32> = outputs[name].clone().try_into().expect("floats");
                assert_eq!(got.len(), expected.len(), "{}", case.name);
                let differences = got.iter().zip(&expected).map(|(a, b)| (a - b).abs());
                // `max` would lose a NaN.
                let greatest = differences.fold(0.0, |m: f32, d| if d > m || d.is_nan() { d } else { m });
                println!("{:40} {name} {greatest:e}", case.name);
                if greatest.is_nan() || greatest > case.tolerance {
                    wrong.push(format!("{} {name}: {greatest}", case.name));
                }
            }
        }
        gpu.check().await.expect("no complaints");
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}
