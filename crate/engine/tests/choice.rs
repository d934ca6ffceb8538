//! Which engine is chosen, with a GPU adapter (a software one will do) and without.

use spotcheck_engine::{Engine, EngineKind, ErrorKind, Preference};

#[test]
fn preferences_are_read_as_they_are_written() {
    for preference in [Preference::Auto, Preference::Wonnx, Preference::Rten] {
        assert_eq!(preference.to_string().parse::<Preference>().unwrap(), preference);
    }
    let error = "webgpu".parse::<Preference>().unwrap_err();
    assert!(error.to_string().contains("auto, wonnx and rten"));
}

#[test]
fn a_software_adapter_is_taken_only_when_asked_for() {
    pollster::block_on(async {
        let auto = Engine::choose(Preference::Auto).await.unwrap();
        let wonnx = Engine::choose(Preference::Wonnx).await.unwrap();
        assert_eq!(wonnx.kind(), EngineKind::Wonnx);
        assert!(wonnx.reason().starts_with("GPU: "), "{}", wonnx.reason());
        if wonnx.reason().contains("llvmpipe") {
            assert_eq!(auto.kind(), EngineKind::Rten);
            assert!(auto.reason().starts_with("CPU: the only GPU adapter is a software one (llvmpipe"));
        }
        let rten = Engine::choose(Preference::Rten).await.unwrap();
        assert_eq!((rten.kind(), rten.reason()), (EngineKind::Rten, "CPU: asked for"));
    });
}

/// Runs this test again in a process that finds no Vulkan driver.
#[cfg(target_os = "linux")]
#[test]
fn without_an_adapter_auto_gives_rten_and_wonnx_an_error() {
    const INSIDE: &str = "SPOTCHECK_TEST_WITHOUT_ADAPTER";
    if std::env::var_os(INSIDE).is_none() {
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "without_an_adapter_auto_gives_rten_and_wonnx_an_error"])
            .envs([(INSIDE, "1"), ("VK_DRIVER_FILES", "/nonexistent"), ("VK_ICD_FILENAMES", "/nonexistent")])
            .status();
        assert!(status.unwrap().success());
        return;
    }
    pollster::block_on(async {
        let auto = Engine::choose(Preference::Auto).await.unwrap();
        assert_eq!(auto.kind(), EngineKind::Rten);
        assert!(auto.reason().starts_with("CPU: no GPU adapter: "), "{}", auto.reason());
        let error = Engine::choose(Preference::Wonnx).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoDevice);
    });
}
