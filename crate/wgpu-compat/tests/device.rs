//! One device and one pipeline for all sessions, and no panic when there is no device.

use std::collections::HashMap;

use wgpu::compat;
use wonnx::utils::{OutputTensor, graph, initializer, model, node, tensor};

async fn exponential() -> Result<Vec<f32>, wonnx::SessionError> {
    let nodes = vec![node(vec!["x"], vec!["y"], "exp", "Exp", vec![])];
    let graph = graph(vec![tensor("x", &[3])], vec![tensor("y", &[3])], vec![], vec![], nodes);
    let session = wonnx::Session::from_model(model(graph)).await?;
    let x = [0.0, 1.0, -1.0];
    let mut outputs = session.run(&HashMap::from([("x".to_owned(), x.as_slice().into())])).await?;
    match outputs.remove("y") {
        Some(OutputTensor::F32(y)) => Ok(y),
        other => panic!("{other:?}"),
    }
}

/// `y = x + (1 + 2)`: wonnx asks for one more device to fold the constant.
async fn folded() -> Vec<f32> {
    let nodes = vec![
        node(vec!["one", "two"], vec!["three"], "fold", "Add", vec![]),
        node(vec!["x", "three"], vec!["y"], "add", "Add", vec![]),
    ];
    let weights = vec![initializer("one", vec![1.0; 4], vec![4]), initializer("two", vec![2.0; 4], vec![4])];
    let graph =
        graph(vec![tensor("x", &[4])], vec![tensor("y", &[4])], vec![tensor("three", &[4])], weights, nodes);
    let session = wonnx::Session::from_model(model(graph)).await.expect("a session");
    let x = [10.0f32; 4];
    let outputs = session.run(&HashMap::from([("x".to_owned(), x.as_slice().into())])).await.expect("a run");
    outputs["y"].clone().try_into().expect("floats")
}

#[test]
fn sessions_share_the_device_and_the_pipelines() {
    pollster::block_on(async {
        let gpu = compat::init().await.expect("this test needs a Vulkan, Metal or DX12 adapter");
        assert!(!gpu.adapter().backend.is_empty());
        exponential().await.expect("a run");
        let before = compat::stats();
        exponential().await.expect("a run");
        assert_eq!(folded().await, [13.0; 4]);
        let after = compat::stats();
        assert_eq!(after.devices, 1);
        // Exp again, and both Adds of the second graph, which are the same text.
        assert_eq!(after.pipelines - before.pipelines, 1);
        assert_eq!(after.pipeline_hits - before.pipeline_hits, 2);
        gpu.check().await.expect("no complaints");
    });
}

/// Runs this test again in a process that finds no Vulkan driver.
#[cfg(target_os = "linux")]
#[test]
fn without_an_adapter_wonnx_fails_and_does_not_panic() {
    const INSIDE: &str = "SPOTCHECK_TEST_WITHOUT_ADAPTER";
    if std::env::var_os(INSIDE).is_none() {
        let status = std::process::Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "without_an_adapter_wonnx_fails_and_does_not_panic"])
            .envs([(INSIDE, "1"), ("VK_DRIVER_FILES", "/nonexistent"), ("VK_ICD_FILENAMES", "/nonexistent")])
            .status();
        assert!(status.expect("a process").success());
        return;
    }
    pollster::block_on(async {
        let error = compat::init().await.err().expect("no adapter");
        assert_eq!(error.kind, compat::ErrorKind::NoDevice);
        let error = exponential().await.expect_err("no device");
        assert!(error.to_string().contains("no GPU adapter"), "{error}");
    });
}
