use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use spotcheck_pack::{Estimate, Graph, Manifest};

use super::open;

/// The object's share of the picture in the estimate: a part held before a camera.
const OBJECT_SHARE: f64 = 0.25;

/// Tells what a pack holds, how large it is, under which licences, and what an inspection costs with it.
#[derive(clap::Args)]
pub struct Arguments {
    /// The pack's folder; without it the demo pack that is part of this binary.
    #[arg(value_name = "DIR")]
    pack: Option<PathBuf>,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

pub async fn run(arguments: &Arguments) -> Result<()> {
    let pack = open(arguments.pack.as_deref()).await?;
    let settings = pack.settings().context("the pack's own settings are not usable")?;
    let manifest = pack.manifest();
    let estimate = Estimate::new(manifest, &settings, OBJECT_SHARE);
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&as_json(manifest, &estimate))?);
    } else {
        print(manifest, &estimate);
    }
    Ok(())
}

/// A network as it is told of.
struct Network<'a> {
    name: &'static str,
    input: usize,
    licence: &'a str,
    source: &'a str,
    /// With what one run of each takes in.
    graphs: Vec<(&'a Graph, String)>,
}

fn networks(manifest: &Manifest) -> Vec<Network<'_>> {
    let networks = &manifest.networks;
    let (isnet, sam, clip, clipseg) = (&networks.isnet, &networks.sam, &networks.clip, &networks.clipseg);
    let picture = || "a picture".to_owned();
    let texts =
        clip.text.iter().map(|text| (&text.graph, format!("{} texts of {} tokens", text.texts, text.tokens)));
    let windows = clip.windows.iter().flat_map(|graphs| {
        let windows = graphs.windows.iter().map(|window| {
            let run = format!("{} windows of {side} × {side} patches", window.windows, side = window.side);
            (&window.graph, run)
        });
        [(&graphs.tokens, picture())].into_iter().chain(windows)
    });
    let points = format!("{} points", sam.points);
    let whole_decoder = [(&sam.decoder, points.clone())];
    let parts = sam.decoder_parts.iter();
    let parts = parts.flat_map(|parts| [(&parts.points, points.clone()), (&parts.masks, "a point".into())]);
    let mut all = vec![
        Network {
            name: "IS-Net",
            input: isnet.input,
            licence: &isnet.licence,
            source: &isnet.source,
            graphs: [&isnet.graph]
                .into_iter()
                .chain(&isnet.half_graph)
                .map(|graph| (graph, picture()))
                .collect(),
        },
        Network {
            name: "SAM",
            input: sam.input,
            licence: &sam.licence,
            source: &sam.source,
            graphs: [(&sam.encoder, picture())].into_iter().chain(whole_decoder).chain(parts).collect(),
        },
        Network {
            name: "CLIP",
            input: clip.input,
            licence: &clip.licence,
            source: &clip.source,
            graphs: [(&clip.vision, "a tile".to_owned())].into_iter().chain(texts).chain(windows).collect(),
        },
        Network {
            name: "CLIPSeg",
            input: clipseg.input,
            licence: &clipseg.licence,
            source: &clipseg.source,
            graphs: vec![
                (&clipseg.vision, "a tile".to_owned()),
                (&clipseg.decoder, format!("{} prompts", clipseg.prompts)),
            ],
        },
    ];
    all.extend(networks.april_gan.iter().map(|april_gan| Network {
        name: "APRIL-GAN",
        input: april_gan.input,
        licence: &april_gan.licence,
        source: &april_gan.source,
        graphs: vec![(&april_gan.graph, picture())],
    }));
    all
}

fn as_json(manifest: &Manifest, estimate: &Estimate) -> Value {
    let network = |network: Network<'_>| {
        let graph =
            |(graph, run): &(&Graph, String)| json!({"file": graph.file, "run": run, "flops": graph.flops});
        json!({
            "name": network.name,
            "input": network.input,
            "licence": network.licence,
            "source": network.source,
            "graphs": network.graphs.iter().map(graph).collect::<Vec<_>>(),
        })
    };
    json!({
        "name": manifest.name,
        "format": manifest.format,
        "precision": manifest.precision,
        "bytes": manifest.size(),
        "files": manifest.files.len(),
        "networks": networks(manifest).into_iter().map(network).collect::<Vec<_>>(),
        "one_object": {
            "object_share": estimate.object_share,
            "stages": estimate.stages,
            "flops": estimate.flops(),
            "naive_flops": estimate.naive_flops(),
        },
        "winclip_flops": Estimate::winclip(manifest),
    })
}

fn print(manifest: &Manifest, estimate: &Estimate) {
    let Manifest { name, precision, files, .. } = manifest;
    println!("{name}: {precision}, {:.1} MB in {} files", manifest.size() as f64 / 1e6, files.len());
    for network in networks(manifest) {
        let Network { name, input, licence, source, graphs } = network;
        println!("\n{name}, {input} × {input} pixels");
        let or_unknown = |text: &str| if text.is_empty() { "not stated".to_owned() } else { text.to_owned() };
        println!("  licence {}", or_unknown(licence));
        println!("  source  {}", or_unknown(source));
        for (graph, run) in graphs {
            println!("  {:<24}{:>10.2} GFLOP for {run}", graph.file, giga(graph.flops));
        }
    }
    println!("\nOne object over {:.0} % of the picture, in GFLOP:", 100.0 * estimate.object_share);
    println!("  {:<16}{:>10}{:>10}", "", "here", "naive");
    for stage in &estimate.stages {
        let (here, naive) = (giga(stage.flops), giga(stage.naive_flops));
        println!("  {:<16}{here:>10.2}{naive:>10.2}  {}", stage.name, stage.runs);
    }
    let (here, naive) = (giga(estimate.flops()), giga(estimate.naive_flops()));
    println!("  {:<16}{here:>10.2}{naive:>10.2}  1/{:.1} of it", "all", naive / here.max(f64::MIN_POSITIVE));
    if let Some(flops) = Estimate::winclip(manifest) {
        println!("\nA picture by WinCLIP, whatever is in it: {:.2} GFLOP", giga(flops));
    }
}

fn giga(flops: u64) -> f64 {
    flops as f64 / 1e9
}
